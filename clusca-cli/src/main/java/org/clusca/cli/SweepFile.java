package org.clusca.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * The results of a sweep, a line of CSV for each cell, written whole as soon as the cell is done;
 * several processes may write to it.
 */
final class SweepFile {
    private static final String HEAD = String.join(",", SweepResult.HEADS);
    private static final Pattern CELL = Pattern.compile("(?:\"((?:[^\"]|\"\")*)\"|([^,]*))(,|$)");

    private final Path file;
    private final String sweep;

    /**
     * @param sweep what the results are of: the model, the pictures, the references
     */
    SweepFile(Path file, String sweep) {
        this.file = file;
        this.sweep = sweep;
    }

    /**
     * What is done; nothing where there is no file yet. A line that was not finished is left out.
     *
     * @throws CluscaException INVALID_PARAMETER for a file of another sweep, or of something else
     */
    List<SweepResult> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = lines();
        if (lines.isEmpty()) {
            return List.of();
        }
        if (!lines.get(0).equals(HEAD)) {
            throw other("it does not begin with the line of heads of one");
        }
        List<SweepResult> results = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> row = split(line);
            if (row.size() != SweepResult.HEADS.size()) {
                throw other("a line of it has " + row.size() + " cells: " + line);
            }
            if (!row.get(0).equals(sweep)) {
                throw other("it is of '" + row.get(0) + "', this one is of '" + sweep + "'");
            }
            try {
                results.add(SweepResult.parse(row));
            } catch (NumberFormatException e) {
                throw other("a line of it holds no numbers: " + line);
            }
        }
        return results;
    }

    private List<String> lines() {
        try {
            String text = Files.readString(file);
            // a process that was killed may have left the beginning of a line
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw failed("cannot be read", e);
        }
    }

    /** Adds a result behind the others. */
    void add(SweepResult result) {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            // until it is closed
            channel.lock();
            long end = whole(channel);
            String line =
                    result.row(sweep).stream()
                                    .map(SweepFile::quoted)
                                    .collect(Collectors.joining(","))
                            + "\n";
            byte[] bytes = (end == 0 ? HEAD + "\n" + line : line).getBytes(StandardCharsets.UTF_8);
            channel.truncate(end);
            channel.position(end);
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(false);
        } catch (IOException e) {
            throw failed("cannot be written", e);
        }
    }

    /** Bytes up to the end of the last whole line. */
    private static long whole(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            one.clear();
            channel.read(one, end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    private static String quoted(String cell) {
        return cell.contains(",") || cell.contains("\"")
                ? '"' + cell.replace("\"", "\"\"") + '"'
                : cell;
    }

    private static List<String> split(String line) {
        List<String> cells = new ArrayList<>();
        Matcher cell = CELL.matcher(line);
        while (cell.find()) {
            cells.add(cell.group(1) != null ? cell.group(1).replace("\"\"", "\"") : cell.group(2));
            if (cell.group(3).isEmpty()) {
                break;
            }
        }
        return cells;
    }

    private CluscaException other(String why) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                file
                        + " is not a file of this sweep: "
                        + why
                        + ". Name another one with --out, or remove it.");
    }

    private CluscaException failed(String what, IOException e) {
        return new CluscaException(ErrorCode.IO, file + " " + what + ": " + e.getMessage(), e);
    }
}
