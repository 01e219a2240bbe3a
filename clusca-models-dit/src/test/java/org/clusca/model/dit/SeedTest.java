package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a seed promises. */
final class SeedTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "fora:interval=2",
                "taylorseer:interval=3",
                "clusca:interval=3,clusters=8",
                "clusca:interval=3,clusters=8,clusterer=random",
                "clusca:interval=3,clusters=8,clusterer=kmeans++"
            })
    void theSameSeedGivesTheSameBits(String policy) {
        Generated first = generate(policy, 5, 1);
        TinyDit.assertSameBits(policy, generate(policy, 5, 1), first);
        assertThat(Golden.relativeError(generate(policy, 6, 1).latents(), first.latents()))
                .isGreaterThan(0.1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "taylorseer:interval=3",
                "clusca:interval=3,clusters=8",
                "clusca:interval=3,clusters=8,clusterer=random"
            })
    void aPictureDoesNotDependOnItsNeighbours(String policy) {
        Golden.assertClose(
                "image 0",
                generate(policy, 5, 3).latents().rows(0, 1),
                generate(policy, 5, 1).latents(),
                1e-5);
    }

    private static Generated generate(String policy, long seed, int count) {
        return pipeline.generate(TinyDit.request(policy).seed(seed).count(count).build());
    }
}
