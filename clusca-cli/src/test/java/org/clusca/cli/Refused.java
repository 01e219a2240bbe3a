package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.tokenize.Tokenizer;

/** What both generate and compare refuse in one line, with exit code 1 and nothing written. */
final class Refused {
    private Refused() {}

    /**
     * @param folder for files
     */
    static void model(Path folder, Path model, String expected) throws IOException {
        request(folder, model, List.of("--prompt", "fox"), expected);
        Cli inspected = Cli.run("inspect", model.toString());
        assertThat(inspected.code()).isEqualTo(1);
        assertThat(inspected.out()).contains("problem: ").contains(expected);
    }

    /**
     * @param model null for the embedded one
     * @param arguments beside the model; without {@code --out} it is a file in the folder
     */
    static void request(Path folder, Path model, List<String> arguments, String expected)
            throws IOException {
        List<String> before = files(folder);
        int tokenizers = Tokenizer.openTokenizers();
        for (String command : List.of("generate", "compare")) {
            if (command.equals("compare") && arguments.contains("--policy")
                    || command.equals("generate") && arguments.contains("--show-clusters")) {
                continue;
            }
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(arguments);
            if (model != null) {
                all.addAll(List.of("--model", model.toString()));
            }
            if (!arguments.contains("--out")) {
                all.addAll(List.of("--out", folder.resolve("never.png").toString()));
            }

            Cli run = Cli.run(all.toArray(String[]::new));

            assertThat(run.code()).as("%s", all).isEqualTo(1);
            assertThat(run.err().lines()).as("%s", all).hasSize(1);
            assertThat(run.err()).startsWith("clusca: ").contains(expected);
            assertThat(run.out()).isEmpty();
        }
        assertThat(files(folder)).isEqualTo(before);
        assertThat(Tokenizer.openTokenizers()).isEqualTo(tokenizers);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.map(Path::toString).sorted().toList();
        }
    }
}
