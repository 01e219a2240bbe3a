package org.clusca.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.io.Json;
import org.clusca.io.OutputFile;

/**
 * Where the pictures of a batch go: for each row {@code ID.png} or {@code ID.mp4}, and {@code
 * ID.json} with the row, the model and the report. The JSON is written last, so a row that has it
 * is done.
 */
public final class BatchFolder {
    private static final String ROW = "row";
    private static final String MODEL = "fingerprint";
    private static final String FILE = "file";

    private final Path folder;

    /**
     * @throws CluscaException IO when the folder is not there and cannot be made
     */
    public BatchFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            OutputFile.clear(folder);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, "The folder " + folder + " cannot be made: " + e.getMessage(), e);
        }
    }

    Path picture(BatchRow row, boolean video) {
        return folder.resolve(row.id() + (video ? ".mp4" : ".png"));
    }

    Path report(BatchRow row) {
        return folder.resolve(row.id() + ".json");
    }

    /**
     * The picture of a row that was made before, of the same model.
     *
     * @param fingerprint of the model
     */
    public Optional<Path> done(BatchRow row, String fingerprint) {
        Path report = report(row);
        if (!Files.isRegularFile(report)) {
            return Optional.empty();
        }
        try {
            Map<String, ?> json = Json.read(report);
            boolean same = fingerprint.equals(json.get(MODEL)) && row.json().equals(json.get(ROW));
            Path picture = folder.resolve(String.valueOf(json.get(FILE)));
            return same && Files.isRegularFile(picture) ? Optional.of(picture) : Optional.empty();
        } catch (CluscaException e) {
            // not one of ours, or damaged: made anew
            return Optional.empty();
        }
    }

    /** Says that a row's picture is there. */
    void finish(BatchRow row, Path picture, Map<String, Object> report) {
        report.put(ROW, row.json());
        report.put(FILE, String.valueOf(picture.getFileName()));
        Json.write(report(row), report);
    }
}
