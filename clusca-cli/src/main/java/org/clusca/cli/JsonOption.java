package org.clusca.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.io.Json;
import org.clusca.io.OutputFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the report goes as JSON. */
final class JsonOption {
    private static final String STDOUT = "-";

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write the report as one JSON object; '-' prints it to standard output, the summary then goes to standard error.")
    private @Nullable String file;

    /** Where text for people goes. */
    PrintStream summary(Console console) {
        return STDOUT.equals(file) ? console.err() : console.out();
    }

    void checkWritable() {
        if (file != null && !file.equals(STDOUT)) {
            OutputFile.checkWritable(Path.of(file));
        }
    }

    void write(Console console, Map<String, ?> report) {
        if (STDOUT.equals(file)) {
            console.out().println(Json.text(report));
        } else if (file != null) {
            Json.write(Path.of(file), report);
        }
    }
}
