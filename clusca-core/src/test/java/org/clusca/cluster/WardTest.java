package org.clusca.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.junit.jupiter.api.Test;

/** Ward's clustering against its definition: the union that adds least, by the means themselves. */
final class WardTest {
    private static final int CHANNELS = 5;

    @Test
    void unitesWhatAddsLeastToTheSquaredDistances() {
        for (int seed = 0; seed < 5; seed++) {
            Tensor tokens = normal(seed, 40);
            for (int clusters : new int[] {1, 2, 7, 20, 39, 40}) {
                assertThat(new Ward().cluster(new ClusteringRequest(tokens, clusters, null, 0)))
                        .extracting(clustering -> clustering.labels()[0])
                        .as("%s clusters of seed %s", clusters, seed)
                        .isEqualTo(plainly(tokens, clusters));
            }
        }
    }

    @Test
    void noClusterIsEmptyEvenWhenTokensAreEqual() {
        Tensor equal = Tensor.zeros(1, 30, CHANNELS);

        Clustering clustering = new Ward().cluster(new ClusteringRequest(equal, 8, null, 0));

        assertThat(clustering.sizes(0)).hasSize(8).doesNotContain(0);
    }

    @Test
    void tooManyTokensAreRefused() {
        ClusteringRequest request = new ClusteringRequest(Tensor.zeros(1, 8193, 1), 4, null, 0);

        assertThatExceptionOfType(CluscaException.class)
                .isThrownBy(() -> new Ward().cluster(request))
                .withMessageContaining("8193")
                .withMessageContaining("Choose kmeans");
    }

    private static int[] plainly(Tensor tokens, int count) {
        List<List<Integer>> clusters =
                new ArrayList<>(
                        IntStream.range(0, tokens.dimension(1)).mapToObj(i -> List.of(i)).toList());
        while (clusters.size() > count) {
            int[] best = {0, 1};
            for (int a = 0; a < clusters.size(); a++) {
                for (int b = a + 1; b < clusters.size(); b++) {
                    if (added(tokens, clusters.get(a), clusters.get(b))
                            < added(tokens, clusters.get(best[0]), clusters.get(best[1]))) {
                        best = new int[] {a, b};
                    }
                }
            }
            List<Integer> united = new ArrayList<>(clusters.get(best[0]));
            united.addAll(clusters.remove(best[1]));
            clusters.set(best[0], united);
        }
        int[] labels = new int[tokens.dimension(1)];
        for (int c = 0; c < clusters.size(); c++) {
            int label = c;
            clusters.get(c).forEach(token -> labels[token] = label);
        }
        return labels;
    }

    private static double added(Tensor tokens, List<Integer> a, List<Integer> b) {
        double squares = 0;
        for (int d = 0; d < CHANNELS; d++) {
            double gap = mean(tokens, a, d) - mean(tokens, b, d);
            squares += gap * gap;
        }
        return squares * a.size() * b.size() / (a.size() + b.size());
    }

    private static double mean(Tensor tokens, List<Integer> cluster, int channel) {
        return cluster.stream()
                .mapToDouble(token -> tokens.data().get(token * CHANNELS + channel))
                .average()
                .orElseThrow();
    }

    private static Tensor normal(long seed, int tokens) {
        Random random = new Random(seed);
        float[] values = new float[tokens * CHANNELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, 1, tokens, CHANNELS);
    }
}
