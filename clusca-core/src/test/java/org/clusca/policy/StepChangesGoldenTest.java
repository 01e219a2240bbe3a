package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules from measured changes, as the authors of X-Slim make them. */
@Tag("golden")
final class StepChangesGoldenTest {
    private final SafetensorsFile golden = Golden.file("flux_cache", "xslim_schedule.safetensors");

    static List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (int steps : new int[] {16, 28, 50}) {
            for (String kind : List.of("mean", "median", "twice", "thrice", "inner")) {
                cases.add(steps + "_" + kind);
            }
        }
        return cases;
    }

    /** As the recorded codes have it. */
    private static String letters(long... types) {
        StringBuilder letters = new StringBuilder();
        for (long type : types) {
            letters.append("F?.?BT".charAt((int) type));
        }
        return letters.toString();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void schedules(String name) {
        StepChanges changes =
                new StepChanges(golden.doubles("values_" + name.split("_")[0] + "_f64"));
        double threshold = golden.doubles("threshold_" + name + "_f64")[0];
        int first = (int) golden.longs("window_" + name)[0];
        int last = (int) golden.longs("window_" + name)[1];
        StepPattern coarse = changes.coarse(threshold, first, last);
        assertThat(coarse.letters()).isEqualTo(letters(golden.longs("coarse_" + name)));
        assertThat(changes.fine(coarse, first, last).letters())
                .isEqualTo(letters(golden.longs("fine_" + name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"16", "28", "50"})
    void thresholds(String steps) {
        StepChanges changes = new StepChanges(golden.doubles("values_" + steps + "_f64"));
        assertThat(changes.mean())
                .isCloseTo(golden.doubles("threshold_" + steps + "_mean_f64")[0], within(1e-12));
        for (String kind : List.of("double", "single")) {
            String blocks = "block_" + kind + "_";
            assertThat(StepChanges.median(golden.doubles(blocks + steps + "_f64")))
                    .isCloseTo(
                            golden.doubles(blocks + "threshold_" + steps + "_f64")[0],
                            within(1e-12));
        }
    }

    @Test
    void shipped() {
        assertThat(StepPattern.of("slow", 50).letters())
                .isEqualTo(letters(golden.longs("shipped_slow")));
        assertThat(StepPattern.of("fast", 50).letters())
                .isEqualTo(letters(golden.longs("shipped_fast")));
        assertThat(StepPattern.of("steps-slow", 50).letters())
                .isEqualTo(letters(golden.longs("shipped_S_slow")));
        assertThat(StepPattern.of("steps-fast", 50).letters())
                .isEqualTo(letters(golden.longs("shipped_S_fast")));
    }
}
