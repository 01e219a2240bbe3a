package org.clusca.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters are completed by defaults and held to their ranges. */
final class OptionsTest {
    private static final List<Parameter> DECLARED =
            List.of(
                    Parameter.whole("interval", 5, 1, 1000, "Steps."),
                    Parameter.whole("seed", 0, 0, Integer.MAX_VALUE, "Any."),
                    Parameter.real("propagation", 0.007, 0, 1, "Ratio."),
                    Parameter.choice("empty", "What.", "skip", "zero"),
                    Parameter.text("clusterer", "kmeans", "a tag", "Which."));

    @Test
    void defaultsFillIn() {
        Options options = resolve(Map.of("interval", "7"));
        assertThat(options.whole("interval")).isEqualTo(7);
        assertThat(options.real("propagation")).isEqualTo(0.007);
        assertThat(options.text("empty")).isEqualTo("skip");
        assertThat(options.text("clusterer")).isEqualTo("kmeans");
    }

    @ParameterizedTest
    @CsvSource({
        "interval, 0, 1 to 1000",
        "interval, 1001, 1 to 1000",
        "interval, 2.5, 1 to 1000",
        "interval, '', 1 to 1000",
        "interval, ٥, 1 to 1000",
        "interval, 99999999999, 1 to 1000",
        "seed, -1, at least 0",
        "propagation, 1.1, 0 to 1",
        "propagation, -0.1, 0 to 1",
        "propagation, NaN, 0 to 1",
        "propagation, 0.1f, 0 to 1",
        "propagation, 0x1p-3, 0 to 1",
        "propagation, much, 0 to 1",
        "empty, keep, skip | zero",
    })
    void outOfRange(String name, String value, String range) {
        assertRefused(
                () -> resolve(Map.of(name, value)), "policy p", name, range, "'" + value + "'");
    }

    @Test
    void theEndsOfARangeAreWithin() {
        assertThat(resolve(Map.of("interval", "1000", "propagation", "1")).whole("interval"))
                .isEqualTo(1000);
    }

    @Test
    void unknownNamesAreToldTheNearOnes() {
        assertRefused(
                () -> resolve(Map.of("intervall", "3")),
                "No parameter 'intervall' in policy p",
                "Did you mean interval?",
                "interval, seed, propagation, empty, clusterer");
        assertRefused(
                () -> Options.resolve("policy none", List.of(), Map.of("x", "1")),
                "'x' in policy none",
                "It has none");
    }

    @Test
    void readingWhatWasNotDeclaredIsAnError() {
        assertRefused(() -> resolve(Map.of()).whole("clusters"), "clusters", "interval");
    }

    private static Options resolve(Map<String, String> given) {
        return Options.resolve("policy p", DECLARED, given);
    }

    private static void assertRefused(ThrowingCallable call, String... named) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
                .hasMessageContainingAll(named);
    }
}
