package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a seed promises. */
final class SeedTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = Toys.open();
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
        Toys.assertSameBits(policy, generate(policy, 5, 1), first);
        assertThat(Golden.relativeError(generate(policy, 6, 1).latents(), first.latents()))
                .isGreaterThan(0.1);
    }

    /**
     * A picture of a batch is the one that its own seed, the next one each, gives alone. Policies
     * that measure decide for the whole batch, by its mean: they are tried with thresholds by which
     * one picture decides as three.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "fora:interval=3",
                "taylorseer:interval=3",
                "taylorseer:interval=3,keep=last",
                "taylorseer:interval=3,keep=residual",
                "clusca:interval=3,clusters=8",
                "clusca:interval=3,clusters=8,clusterer=random",
                "clusca:interval=3,clusters=8,clusterer=kmeans++",
                "toca:interval=3",
                "duca:interval=3",
                "freqca:interval=3",
                "output:interval=3",
                "hyca:interval=3,solver=adams-moulton",
                "xslim:steps=fast,ratio=0.4",
                "teacache:threshold=1000",
                "fbcache:threshold=1000,max=2",
                "speca:threshold=1000,floor=1000,max=3"
            })
    void aPictureDoesNotDependOnItsNeighbours(String policy) {
        Tensor three = generate(policy, 5, 3).latents();
        for (int image = 0; image < 3; image++) {
            Golden.assertClose(
                    "image " + image,
                    three.rows(image, image + 1),
                    generate(policy, 5 + image, 1).latents(),
                    1e-5);
        }
    }

    /** As those of different requests are that were put together. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "clusca:interval=3,clusters=8", "toca:interval=3"})
    void eachPictureMayHaveASeedOfItsOwn(String policy) {
        Generated both =
                pipeline.generate(
                        Toys.request(policy)
                                .conditions("circle", "star")
                                .imageSeeds(List.of(77L, -3L))
                                .build());
        for (int image = 0; image < 2; image++) {
            Provenance made = both.report().image(image).provenance();
            assertThat(made.imageSeeds()).containsExactly(image == 0 ? 77L : -3L);
            Golden.assertClose(
                    "image " + image,
                    both.latents().rows(image, image + 1),
                    pipeline.generate(
                                    Toys.request(policy)
                                            .conditions(made.conditions())
                                            .seed(made.seed())
                                            .build())
                            .latents(),
                    1e-5);
        }
    }

    @Test
    void thereIsASeedForEachPictureOrNone() {
        assertThatThrownBy(() -> Toys.request("none").count(3).imageSeeds(List.of(1L, 2L)).build())
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("a seed for each of 3 images, found 2");
    }

    /** Where latents are given, they and the one seed make the picture. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "clusca:interval=3,clusters=8", "toca:interval=3"})
    void aPictureOfGivenLatentsDoesNotDependOnItsNeighbours(String policy) {
        Tensor start = generate("none", 5, 2).latents();
        Tensor both = generate(policy, start);
        for (int image = 0; image < 2; image++) {
            Tensor alone = start.rows(image, image + 1);
            Golden.assertClose(
                    "image " + image,
                    both.rows(image, image + 1),
                    generate(policy, Tensor.of(alone.toArray(), alone.shape())),
                    1e-5);
        }
    }

    private static Tensor generate(String policy, Tensor start) {
        return pipeline.generate(
                        Toys.request(policy)
                                .seed(5)
                                .count(start.dimension(0))
                                .initialLatents(start)
                                .build())
                .latents();
    }

    private static Generated generate(String policy, long seed, int count) {
        return pipeline.generate(Toys.request(policy).seed(seed).count(count).build());
    }
}
