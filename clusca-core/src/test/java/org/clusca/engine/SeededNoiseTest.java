package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;

/** Noise that depends on seed, step and image alone. */
final class SeededNoiseTest {
    /** Of up to three images. */
    private static SeededNoise seeded(long seed) {
        return new SeededNoise(List.of(seed, seed + 1, seed + 2));
    }

    @Test
    void anImageIsTheSameWhateverLiesBesideIt() {
        SeededNoise noise = seeded(5);
        float[] alone = noise.noise(SeededNoise.START, 1, 4, 8, 8).toArray();
        Tensor three = noise.noise(SeededNoise.START, 3, 4, 8, 8);
        assertThat(three.rows(0, 1).toArray()).containsExactly(alone);
        assertThat(three.rows(1, 2).toArray()).isNotEqualTo(alone);
        assertThat(noise.noise(SeededNoise.START, 2, 4, 8, 8).rows(1, 2).toArray())
                .containsExactly(three.rows(1, 2).toArray());
        assertThat(seeded(6).noise(SeededNoise.START, 1, 4, 8, 8).toArray())
                .containsExactly(three.rows(1, 2).toArray());
    }

    @Test
    void stepsAndSeedsDiffer() {
        float[] first = seeded(5).noise(0, 1, 4, 8, 8).toArray();
        assertThat(seeded(5).noise(1, 1, 4, 8, 8).toArray()).isNotEqualTo(first);
        assertThat(seeded(6).noise(0, 1, 4, 8, 8).toArray()).isNotEqualTo(first);
        assertThat(seeded(5).noise(0, 1, 4, 8, 8).toArray()).containsExactly(first);
    }

    @Test
    void standardNormal() {
        float[] values = seeded(0).noise(3, 1, 400, 500).toArray();
        double mean = 0;
        double square = 0;
        double fourth = 0;
        for (float value : values) {
            mean += value;
            square += value * value;
            fourth += Math.pow(value, 4);
        }
        assertThat(mean / values.length).isCloseTo(0, within(0.01));
        assertThat(square / values.length).isCloseTo(1, within(0.02));
        assertThat(fourth / values.length).isCloseTo(3, within(0.15));
    }

    @Test
    void neighbouringSeedsAreUnrelated() {
        float[] a = seeded(1).noise(0, 1, 100, 100).toArray();
        float[] b = seeded(2).noise(0, 1, 100, 100).toArray();
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
        }
        assertThat(product / a.length).isCloseTo(0, within(0.05));
    }
}
