package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NarrowHelpTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "generate",
                "compare",
                "sweep",
                "calibrate",
                "bench",
                "list",
                "inspect",
                "cache"
            })
    void fitsAnyTerminal(String command) {
        for (int columns : new int[] {40, 54, 55, 100}) {
            assertThat(help(columns, command).lines())
                    .as("Help of '%s' at %s columns", command, columns)
                    .isNotEmpty()
                    .allMatch(line -> line.length() <= columns);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "generate", "cache"})
    void saysTheSameAtAnyWidth(String command) {
        assertThat(words(help(40, command))).isEqualTo(words(help(100, command)));
    }

    @Test
    void listsThatAreTooLongAreBrokenBehindACommaOnly() {
        assertThat(help(40, "sweep"))
                .contains("\n      order=1+2,toca,duca,\n      output:interval=3+4+5+6.\n")
                .contains("\n    taylorseer:interval=3+4+5,order=1+2.\n");
    }

    @Test
    void whatAnOptionDoesStandsBelowIt() {
        assertThat(help(40, "inspect"))
                .contains("\n  --debug\n      Print a stack trace after an\n      error.\n")
                .contains("  -h, --help\n      Show this help message and exit.\n");
    }

    private static String help(int columns, String command) {
        Cli cli =
                command.isEmpty()
                        ? Cli.runWithHelpOf(columns, "--help")
                        : Cli.runWithHelpOf(columns, command, "--help");
        assertThat(cli.code()).isZero();
        return cli.out().replace(System.lineSeparator(), "\n");
    }

    private static String words(String help) {
        return String.join(" ", help.strip().split("\\s+"));
    }
}
