package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListAndInspectTest {
    @Test
    void listsEveryPartWithParametersAndOrigin() {
        Cli run = Cli.run("list");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("dit", "ddim", "ddpm", "none", "fora", "taylorseer", "clusca", "kmeans++")
                .contains("as published for flux: clusca:interval=5,first=3,clusters=16,order=1,")
                .contains("interval=5", "arXiv 2509.10312", "from ");
    }

    @Test
    void listsOneKind() {
        assertThat(Cli.run("list", "--clusterers").out())
                .contains("kmeans", "consecutive", "random")
                .doesNotContain("fora", "ddim");
    }

    @Test
    void inspectsTheEmbeddedModel() {
        Cli run = Cli.run("inspect", "--scan");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("transformer", "vae", "adapter    dit", "DDIMScheduler (ddim)")
                .containsPattern(" (F32|F16|BF16) ")
                .containsPattern("[0-9]+ residual branches of 256 tokens, latents 4x32x32")
                .contains("50: red-apple", "guidance   3", "nothing is missing");
    }

    @Test
    void aNameIsThatOfAnEmbeddedModelWhereThereIsNoSuchFile() {
        Cli named = Cli.run("inspect", "emoji");

        assertThat(named.code()).as(named.err()).isZero();
        assertThat(named.out()).contains("50: red-apple");
        assertThat(Cli.run("inspect", "emojis").err()).contains("emojis");
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        assertThat(Cli.run("--help").out()).contains("Examples:");
        assertThat(Cli.run("--version").out()).matches("clusca \\d+\\.\\d+\\.\\d+\\S*\\s+");
        for (String command :
                new String[] {"generate", "compare", "inspect", "list", "bench", "calibrate"}) {
            Cli run = Cli.run(command, "--help");

            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("Usage: clusca " + command, "Examples:");
        }
    }
}
