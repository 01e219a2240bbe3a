package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OptionAdviceTest {
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    @Test
    void namesOptionsThatGenerateHas() {
        Console console = new Console(System.out, System.err, 0);
        Set<String> known =
                new HashSet<>(
                        new CommandLine(new GenerateCommand(console))
                                .getCommandSpec()
                                .optionsMap()
                                .keySet());
        for (Advice advice : Advice.values()) {
            List<String> named =
                    OPTION.matcher(OptionAdvice.words(advice))
                            .results()
                            .map(found -> found.group())
                            .toList();
            assertThat(known).as(advice.toString()).containsAll(named);
        }
    }

    @Test
    void standsBehindTheProblem() {
        CluscaException refused =
                new CluscaException(
                        ErrorCode.OUT_OF_MEMORY,
                        "2 GiB are free.",
                        List.of(Advice.WEIGHTS_IN_8_BITS, Advice.FREE_MEMORY));
        assertThat(refused.getMessage())
                .isEqualTo(
                        "2 GiB are free. What helps: hold the weights in 8 bits or free memory.");
        assertThat(refused.message(OptionAdvice::words))
                .isEqualTo(
                        "2 GiB are free. What helps: hold the weights in 8 bits (--weights int8) or"
                                + " free memory.");
    }
}
