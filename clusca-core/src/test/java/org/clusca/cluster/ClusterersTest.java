package org.clusca.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.Options;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.junit.jupiter.api.Test;

class ClusterersTest {

    private static Map<String, ClustererFactory> factories() {
        Map<String, ClustererFactory> found = new TreeMap<>();
        ServiceLoader.load(ClustererFactory.class).forEach(f -> found.put(f.name(), f));
        return found;
    }

    private static Clusterer make(String name, Map<String, String> given) {
        ClustererFactory factory = factories().get(name);
        return factory.create(Options.resolve("clusterer " + name, factory.parameters(), given));
    }

    private static Tensor noise(int batch, int tokens, int channels) {
        Random random = new Random(8);
        float[] values = new float[batch * tokens * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, batch, tokens, channels);
    }

    @Test
    void allAreFoundAndTaggedByTheirNames() {
        assertThat(factories()).containsKeys("kmeans", "kmeans++", "consecutive", "random", "ward");
        factories().forEach((name, f) -> assertThat(make(name, Map.of()).tag()).isEqualTo(name));
    }

    @Test
    void tagListsWhatIsNotDefaultInOrderOfDeclaration() {
        Map<String, String> given =
                Map.of("empty", "zero", "distance", "l1", "iterations", "10", "tolerance", "1e-4");
        assertThat(make("kmeans", given).tag()).isEqualTo("kmeans(iterations=10,empty=zero)");
        assertThat(make("kmeans", Map.of("distance", "cosine", "tolerance", "0.01")).tag())
                .isEqualTo("kmeans(tolerance=0.01,distance=cosine)");
        assertThat(new KMeans(KMeansSettings.published()).tag())
                .isEqualTo("kmeans(start=repeated,empty=zero)");
        assertThat(make("kmeans++", Map.of("iterations", "7")).tag())
                .isEqualTo("kmeans++(iterations=7)");
    }

    @Test
    void optionsReachTheSettings() {
        KMeans kmeans =
                (KMeans)
                        make(
                                "kmeans",
                                Map.of(
                                        "iterations", "3",
                                        "tolerance", "0.5",
                                        "distance", "l2",
                                        "start", "repeated",
                                        "empty", "zero"));
        assertThat(kmeans.settings())
                .isEqualTo(
                        new KMeansSettings(
                                3,
                                0.5,
                                KMeansSettings.Distance.L2,
                                KMeansSettings.Start.REPEATED,
                                KMeansSettings.Empty.ZERO));
        assertThat(((KMeans) make("kmeans", Map.of())).settings())
                .isEqualTo(KMeansSettings.standard());
    }

    @Test
    void allRefuseNaN() {
        Tensor tokens = noise(2, 6, 3);
        tokens.data().put((6 + 5) * 3, Float.NaN);
        factories()
                .keySet()
                .forEach(
                        name ->
                                assertThatThrownBy(
                                                () ->
                                                        make(name, Map.of())
                                                                .cluster(
                                                                        new ClusteringRequest(
                                                                                tokens, 2, null,
                                                                                0)))
                                        .as(name)
                                        .isInstanceOf(CluscaException.class)
                                        .hasMessageContaining("token 5 of batch row 1"));
    }

    @Test
    void allGiveTheSameForTheSameSeed() {
        ClusteringRequest request = new ClusteringRequest(noise(3, 40, 5), 6, null, 11);
        factories()
                .keySet()
                .forEach(
                        name -> {
                            Clusterer clusterer = make(name, Map.of());
                            int[][] labels = clusterer.cluster(request).labels();
                            assertThat(clusterer.cluster(request).labels())
                                    .as(name)
                                    .isDeepEqualTo(labels);
                        });
    }

    @Test
    void consecutiveSpreadsTheRemainder() {
        Clusterer clusterer = new Consecutive();
        Clustering even = clusterer.cluster(new ClusteringRequest(noise(1, 12, 2), 4, null, 0));
        assertThat(even.labels()[0]).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);
        assertThat(even.iterations()).containsExactly(0);
        for (int clusters = 1; clusters <= 13; clusters++) {
            Clustering odd =
                    clusterer.cluster(new ClusteringRequest(noise(2, 13, 2), clusters, null, 0));
            assertThat(odd.labels()[1]).isSorted();
            int least = 13 / clusters;
            assertThat(IntStream.of(odd.sizes(1)).boxed())
                    .allMatch(size -> size == least || size == least + 1);
        }
    }

    @Test
    void randomLabelsUseAllClustersAndDifferByRowAndSeed() {
        Tensor tokens = noise(2, 500, 1);
        Clustering a = new RandomLabels().cluster(new ClusteringRequest(tokens, 5, null, 1));
        Clustering b = new RandomLabels().cluster(new ClusteringRequest(tokens, 5, null, 2));
        assertThat(IntStream.of(a.sizes(0)).boxed()).allMatch(size -> size > 60 && size < 140);
        assertThat(a.labels()[0]).isNotEqualTo(a.labels()[1]).isNotEqualTo(b.labels()[0]);
    }

    @Test
    void plusPlusFindsSeparateGroupsInEveryRow() {
        float[] values = new float[2 * 30 * 4];
        Random random = new Random(6);
        for (int i = 0; i < values.length; i++) {
            values[i] = (i / 4) % 3 * 100 + random.nextFloat();
        }
        Tensor tokens = Tensor.of(values, 2, 30, 4);
        Clustering result =
                new KMeansPlusPlus(100).cluster(new ClusteringRequest(tokens, 3, null, 3));
        for (int b = 0; b < 2; b++) {
            int[] labels = result.labels()[b];
            assertThat(result.sizes(b)).containsOnly(10);
            for (int t = 3; t < 30; t++) {
                assertThat(labels[t]).isEqualTo(labels[t % 3]);
            }
            float[] centroids = result.centroids().rows(b, b + 1).toArray();
            for (int group = 0; group < 3; group++) {
                assertThat(centroids[labels[group] * 4]).isBetween(group * 100f, group * 100f + 1);
            }
        }
    }

    @Test
    void plusPlusBearsEqualTokens() {
        Clustering result =
                new KMeansPlusPlus(10)
                        .cluster(new ClusteringRequest(Tensor.zeros(1, 9, 2), 4, null, 3));
        assertThat(IntStream.of(result.sizes(0)).sum()).isEqualTo(9);
    }

    @Test
    void streamsOfNeighbouringSeedsAndCoordinatesShareNoNumbers() {
        long golden = 0x9E3779B97F4A7C15L;
        assertThat(
                        IntStream.range(0, 40)
                                .mapToObj(i -> Seeds.stream(i % 2 * golden, i / 2))
                                .flatMapToLong(r -> r.longs(50))
                                .distinct()
                                .count())
                .isEqualTo(2000);
        assertThat(Seeds.stream(1, 2, 3).nextLong())
                .isEqualTo(Seeds.stream(1, 2, 3).nextLong())
                .isNotEqualTo(Seeds.stream(1, 3, 2).nextLong());
    }
}
