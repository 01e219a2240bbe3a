package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeasurementTest {
    private static final Measurement MEASUREMENT =
            new Measurement("change", List.of(Double.NaN, 4.0, 1.0, 3.0, Double.NaN, 2.0, 5.0));

    @ParameterizedTest
    @CsvSource({"0, 1", "25, 2", "50, 3", "60, 3.4", "90, 4.6", "100, 5"})
    void percentiles(double percent, double expected) {
        assertThat(MEASUREMENT.percentile(percent)).isEqualTo(expected);
    }

    @Test
    void stepsWithoutAMeasurementDoNotCount() {
        assertThat(MEASUREMENT.count()).isEqualTo(5);
        assertThat(new Measurement("one", List.of(7.0, Double.NaN)).percentile(50)).isEqualTo(7);
    }
}
