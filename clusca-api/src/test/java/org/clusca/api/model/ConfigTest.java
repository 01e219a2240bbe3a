package org.clusca.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of a configuration are read as they are written, or refused by name. */
final class ConfigTest {
    private static Config config(Object value) {
        return new Config("config.json", Map.of("heads", value));
    }

    @Test
    void aWholeNumberMayBeWrittenWithAPoint() {
        assertThat(config(64.0).whole("heads")).isEqualTo(64);
        assertThat(config(List.of(16, 56.0)).wholes("heads")).containsExactly(16, 56);
        assertThat(config(3).real("heads", 0)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {2.5, 1e30, -1e10, Double.NaN, Double.POSITIVE_INFINITY})
    void aNumberThatIsNotWholeIsNotRounded(double value) {
        refused(() -> config(value).whole("heads"), "a whole number", "" + value);
        refused(() -> config(value).whole("heads", 7), "a whole number", "" + value);
        refused(() -> config(List.of(1, value)).wholes("heads"), "whole numbers", "" + value);
    }

    @Test
    void aWholeNumberBeyondAnInt() {
        refused(() -> config(5_000_000_000L).whole("heads"), "5000000000");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aRealNumberIsFinite(double value) {
        refused(() -> config(value).real("heads", 1), "a number", "" + value);
    }

    @Test
    void textIsNoNumber() {
        refused(() -> config("2").whole("heads"), "a whole number", "2");
        refused(() -> config("2").real("heads", 1), "a number", "2");
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable read, String... named) {
        assertThatThrownBy(read)
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("config.json: 'heads' must be")
                .hasMessageContainingAll(named);
    }
}
