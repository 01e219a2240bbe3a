package org.clusca.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.flops.Runs.DIT;
import static org.clusca.flops.Runs.FLUX;
import static org.clusca.flops.Runs.HUNYUAN;
import static org.clusca.flops.Runs.tera;

import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.StepKind;
import org.clusca.policy.TaylorSeer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grids of methods.md 5.5: TFLOPs of 50 steps by interval and clusters. */
final class FlopsGridTest {
    @ParameterizedTest
    @CsvSource({
        "2, 26, 12.353, 12.468, 12.582, 12.811, 13.268, 14.182",
        "3, 18,  8.559,  8.712,  8.864,  9.169,  9.779, 10.998",
        "4, 14,  6.662,  6.834,  7.005,  7.348,  8.034,  9.406",
        "5, 11,  5.239,  5.426,  5.611,  5.983,  6.726,  8.212",
        "6, 10,  4.765,  4.956,  5.147,  5.528,  6.290,  7.814",
        "7,  8,  3.816,  4.017,  4.217,  4.617,  5.417,  7.017",
        "8,  8,  3.816,  4.017,  4.217,  4.617,  5.417,  7.017",
        "9,  7,  3.342,  3.548,  3.752,  4.162,  4.981,  6.619"
    })
    void dit(
            int interval,
            int full,
            String taylor,
            String k4,
            String k8,
            String k16,
            String k32,
            String k64) {
        check(DIT, interval, full, 3, taylor);
        clusca(DIT, interval, 3, new int[] {4, 8, 16, 32, 64}, k4, k8, k16, k32, k64);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 2.77, 2.59",
        "4, 3.56, 3.23",
        "5, 4.53, 3.97",
        "6, 4.98, 4.29",
        "7, 6.22, 5.14",
        "8, 6.22, 5.14",
        "9, 7.10, 5.70"
    })
    void speedupsOfDit(int interval, String taylor, String k16) {
        assertThat(DIT.speedup(DIT.taylor(interval))).isEqualTo(taylor);
        assertThat(DIT.speedup(DIT.clusca(interval, 16))).isEqualTo(k16);
    }

    @ParameterizedTest
    @CsvSource({
        " 3, 18, 1339.75, 1341.21, 1342.68, 1345.62, 1351.50",
        " 4, 14, 1042.28, 1043.93, 1045.58, 1048.89, 1055.50",
        " 5, 12,  893.54,  895.29,  897.03,  900.52,  907.50",
        " 6, 10,  744.81,  746.64,  748.48,  752.15,  759.50",
        " 7,  9,  670.44,  672.32,  674.20,  677.97,  685.50",
        " 8,  8,  596.07,  598.00,  599.93,  603.78,  611.49",
        " 9,  8,  596.07,  598.00,  599.93,  603.78,  611.49",
        "10,  7,  521.70,  523.68,  525.65,  529.60,  537.49"
    })
    void flux(
            int interval, int full, String taylor, String k8, String k16, String k32, String k64) {
        check(FLUX, interval, full, 2, taylor);
        clusca(FLUX, interval, 2, new int[] {8, 16, 32, 64}, k8, k16, k32, k64);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 13, 7746.4, 7749.9, 7753.5",
        "5, 10, 5960.4, 5964.3, 5968.2",
        "6,  9, 5365.1, 5369.1, 5373.0",
        "7,  8, 4769.8, 4773.8, 4777.9"
    })
    void hunyuan(int interval, int full, String taylor, String k16, String k32) {
        check(HUNYUAN, interval, full, 1, taylor);
        clusca(HUNYUAN, interval, 1, new int[] {16, 32}, k16, k32);
    }

    private static void check(Runs runs, int interval, int full, int decimals, String expected) {
        FlopsCounter counter = runs.count(new TaylorSeer(interval, 2, runs.first()));
        assertThat(counter.of(runs.convention(), StepKind.FULL))
                .isEqualTo(runs.count(NoCache.INSTANCE, full).total(runs.convention()));
        assertThat(tera(runs.taylor(interval), decimals)).isEqualTo(expected);
    }

    private static void clusca(
            Runs runs, int interval, int decimals, int[] clusters, String... expected) {
        for (int i = 0; i < clusters.length; i++) {
            assertThat(tera(runs.clusca(interval, clusters[i]), decimals))
                    .as("%d clusters", clusters[i])
                    .isEqualTo(expected[i]);
        }
    }
}
