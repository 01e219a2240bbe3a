package org.clusca.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** A file of prompts, one a line, in UTF-8; blank lines are left out. */
final class PromptFile {
    private PromptFile() {}

    /**
     * @throws CluscaException NOT_FOUND or IO; CORRUPT_FILE with line and byte where it is not
     *     UTF-8; INVALID_PARAMETER when there is no prompt in it
     */
    static List<String> read(Path file) {
        String text = decoded(file, bytes(file));
        List<String> prompts = text.lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
        if (prompts.isEmpty()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    file + ": there is no prompt in the file; expected one a line.");
        }
        return prompts;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CluscaException(
                    ErrorCode.NOT_FOUND, file + ": there is no such file of prompts.", e);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, file + ": cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static String decoded(Path file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        int zero = text.indexOf('\0');
        if (result.isError() || zero >= 0) {
            int end = zero >= 0 ? zero : text.length();
            long line = text.substring(0, end).chars().filter(c -> c == '\n').count() + 1;
            int at = zero >= 0 ? utf8(text.substring(0, zero)) : in.position();
            throw new CluscaException(
                    ErrorCode.CORRUPT_FILE,
                    String.format(
                            Locale.ROOT,
                            "%s: line %d, byte %d of the file: expected text in UTF-8, found 0x%02x;"
                                    + " save it as UTF-8.",
                            file,
                            line,
                            at + 1,
                            bytes[at]));
        }
        // some editors begin a file with a mark
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
