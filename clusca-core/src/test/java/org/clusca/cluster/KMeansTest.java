package org.clusca.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.cluster.KMeansSettings.Distance;
import org.clusca.cluster.KMeansSettings.Empty;
import org.clusca.cluster.KMeansSettings.Start;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KMeansTest {

    /** The kinds of tokens differ in what they bring about. */
    private enum Kind {
        NOISE,
        /** Small whole numbers: equal tokens, and distances that tie exactly. */
        TIES,
        GROUPS,
        /** So small that their squares vanish. */
        TINY,
        /** So large that their squares overflow. */
        HUGE
    }

    private static Tensor tokens(Kind kind, Random random, int batch, int count, int channels) {
        float[] values = new float[batch * count * channels];
        for (int i = 0; i < values.length; i++) {
            float noise = (float) random.nextGaussian();
            int group = (i / channels) % 5;
            values[i] =
                    switch (kind) {
                        case NOISE -> noise;
                        case TIES -> random.nextInt(3) - 1;
                        case GROUPS -> (i % channels * 7 + group * 3) % 11 + 0.3f * noise;
                        case TINY -> noise * 1e-22f;
                        case HUGE -> noise * 1e37f;
                    };
        }
        return Tensor.of(values, batch, count, channels);
    }

    private static Tensor firstTokens(Tensor tokens, int clusters, boolean doubled) {
        float[][][] all = PlainKMeans.arrays(tokens);
        int channels = tokens.dimension(2);
        Tensor start = Tensor.zeros(all.length, clusters, channels);
        for (int b = 0; b < all.length; b++) {
            for (int c = 0; c < clusters; c++) {
                start.data().put((b * clusters + c) * channels, all[b][doubled ? c / 2 : c]);
            }
        }
        return start;
    }

    private static void assertPlain(KMeansSettings settings, ClusteringRequest request) {
        Clustering result = new KMeans(settings).cluster(request);
        PlainKMeans plain =
                new PlainKMeans(
                        settings,
                        PlainKMeans.arrays(request.tokens()),
                        PlainKMeans.arrays(request.start()));
        String what = settings + " on " + request.tokens() + ", clusters " + request.clusters();
        assertThat(result.labels()).as(what).isDeepEqualTo(plain.labels);
        assertThat(result.iterations()).as(what).containsOnly(plain.rounds);
        assertThat(PlainKMeans.arrays(result.centroids())).as(what).isDeepEqualTo(plain.centroids);
    }

    @ParameterizedTest
    @EnumSource
    void equalsThePlainAlgorithmBitForBit(Distance distance) {
        Random random = new Random(7 + distance.ordinal());
        int manyRounds = 0;
        for (Kind kind : Kind.values()) {
            for (Empty empty : Empty.values()) {
                for (int i = 0; i < 20; i++) {
                    int count = 1 + random.nextInt(120);
                    int clusters = 1 + random.nextInt(Math.min(count, 20));
                    Tensor tokens = tokens(kind, random, 1 + i % 4, count, 1 + random.nextInt(23));
                    KMeansSettings settings =
                            new KMeansSettings(
                                    i % 5 == 0 ? 1 + random.nextInt(4) : 100,
                                    i % 3 == 0 ? 1e-2 : 1e-4,
                                    distance,
                                    Start.DISTINCT,
                                    empty);
                    Tensor start = firstTokens(tokens, clusters, i % 2 == 0);
                    assertPlain(settings, new ClusteringRequest(tokens, clusters, start, i));
                    // Then as a generation goes on: tokens a little further, centroids of before.
                    Clustering before =
                            new KMeans(settings)
                                    .cluster(new ClusteringRequest(tokens, clusters, start, i));
                    manyRounds += before.iterations()[0] > 5 ? 1 : 0;
                    Tensor later = moved(tokens, random);
                    assertPlain(
                            settings,
                            new ClusteringRequest(later, clusters, before.centroids(), i));
                }
            }
        }
        assertThat(manyRounds).as("runs of more than 5 rounds").isGreaterThan(20);
    }

    private static Tensor moved(Tensor tokens, Random random) {
        float[] values = tokens.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 1 + 0.1f * (float) random.nextGaussian();
        }
        return Tensor.of(values, tokens.shape());
    }

    @ParameterizedTest
    @EnumSource
    void equalsThePlainAlgorithmOnManyTokensAndChannels(Distance distance) {
        Tensor tokens = tokens(Kind.NOISE, new Random(3), 3, 300, 70);
        KMeansSettings settings = new KMeansSettings(100, 0, distance, Start.DISTINCT, Empty.KEEP);
        assertPlain(settings, new ClusteringRequest(tokens, 16, firstTokens(tokens, 16, false), 0));
    }

    @Test
    void oneClusterAndAsManyAsTokens() {
        Tensor tokens = tokens(Kind.NOISE, new Random(1), 2, 12, 5);
        Clustering one = KMeans.standard().cluster(new ClusteringRequest(tokens, 1, null, 4));
        assertThat(one.sizes(0)).containsExactly(12);
        Clustering all = KMeans.standard().cluster(new ClusteringRequest(tokens, 12, null, 4));
        assertThat(all.sizes(0)).containsOnly(1);
        assertThat(all.sizes(1)).containsOnly(1);
        assertThat(all.iterations()).containsExactly(1, 1);
    }

    @Test
    void equallyNearCentroidsGoToTheFirst() {
        Tensor tokens = Tensor.of(new float[] {0, 1, 2}, 1, 3, 1);
        Tensor start = Tensor.of(new float[] {2, 0, 0}, 1, 3, 1);
        KMeansSettings once = new KMeansSettings(1, 1e-4, Distance.L1, Start.DISTINCT, Empty.KEEP);
        Clustering result = new KMeans(once).cluster(new ClusteringRequest(tokens, 3, start, 0));
        assertThat(result.labels()[0]).containsExactly(1, 0, 0);
    }

    @Test
    void emptyClusterKeepsItsCentroidOrGetsZeros() {
        Tensor tokens = Tensor.of(new float[] {1, 3, 5}, 1, 3, 1);
        Tensor start = Tensor.of(new float[] {3, 50}, 1, 2, 1);
        KMeansSettings keep = KMeansSettings.standard();
        KMeansSettings zero = KMeansSettings.published();
        ClusteringRequest request = new ClusteringRequest(tokens, 2, start, 0);
        Clustering kept = new KMeans(keep).cluster(request);
        assertThat(kept.sizes(0)).containsExactly(3, 0);
        assertThat(kept.centroids().toArray()).containsExactly(3, 50);
        // The zero vector catches token 1, then the two part: {1} and {3, 5}.
        Clustering zeroed = new KMeans(zero).cluster(request);
        assertThat(zeroed.labels()[0]).containsExactly(1, 0, 0);
        assertThat(zeroed.centroids().toArray()).containsExactly(4, 1);
    }

    @Test
    void roundsRunOutWithTheNewerCentroids() {
        Tensor tokens = Tensor.of(new float[] {0, 2, 10, 14}, 1, 4, 1);
        Tensor start = Tensor.of(new float[] {0, 10}, 1, 2, 1);
        KMeansSettings once = new KMeansSettings(1, 1e-4, Distance.L1, Start.DISTINCT, Empty.KEEP);
        Clustering result = new KMeans(once).cluster(new ClusteringRequest(tokens, 2, start, 0));
        assertThat(result.iterations()).containsExactly(1);
        assertThat(result.centroids().toArray()).containsExactly(1, 12);
    }

    @Test
    void sameSeedSameResultWhateverElseIsInTheBatch() {
        Tensor tokens = tokens(Kind.NOISE, new Random(9), 3, 80, 6);
        KMeansSettings exact = new KMeansSettings(1000, 0, Distance.L1, Start.DISTINCT, Empty.KEEP);
        KMeans kmeans = new KMeans(exact);
        Clustering all = kmeans.cluster(new ClusteringRequest(tokens, 9, null, 5));
        Clustering again = kmeans.cluster(new ClusteringRequest(tokens, 9, null, 5));
        Clustering first = kmeans.cluster(new ClusteringRequest(tokens.rows(0, 1), 9, null, 5));
        Clustering other = kmeans.cluster(new ClusteringRequest(tokens, 9, null, 6));
        assertThat(again.labels()).isDeepEqualTo(all.labels());
        assertThat(first.labels()[0]).isEqualTo(all.labels()[0]);
        assertThat(other.labels()[0]).isNotEqualTo(all.labels()[0]);
    }

    @Test
    void rowsOfEqualTokensStartDifferently() {
        Tensor row = tokens(Kind.NOISE, new Random(2), 1, 60, 4);
        Tensor tokens = Tensor.zeros(2, 60, 4);
        tokens.data().put(row.toArray()).put(row.toArray());
        Clustering result = KMeans.standard().cluster(new ClusteringRequest(tokens, 8, null, 1));
        assertThat(result.labels()[0]).isNotEqualTo(result.labels()[1]);
    }

    @Test
    void startsWithDistinctTokensUnlessAskedToRepeat() {
        // Tokens far apart: with as many clusters as tokens, every token drawn is a cluster.
        Tensor tokens = Tensor.of(new float[] {1, 2, 4, 8, 16, 32, 64, 128}, 1, 8, 1);
        KMeansSettings repeated =
                new KMeansSettings(1, 1e-4, Distance.L1, Start.REPEATED, Empty.KEEP);
        int withEmpty = 0;
        for (int seed = 0; seed < 20; seed++) {
            ClusteringRequest request = new ClusteringRequest(tokens, 8, null, seed);
            assertThat(KMeans.standard().cluster(request).sizes(0)).containsOnly(1);
            for (int size : new KMeans(repeated).cluster(request).sizes(0)) {
                withEmpty += size == 0 ? 1 : 0;
            }
        }
        assertThat(withEmpty).isPositive();
    }

    @Test
    void refusesNaNAndInfinityNamingRowAndToken() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            Tensor tokens = tokens(Kind.NOISE, new Random(1), 3, 10, 7);
            tokens.data().put((2 * 10 + 4) * 7 + 6, bad);
            assertThatThrownBy(
                            () ->
                                    KMeans.standard()
                                            .cluster(new ClusteringRequest(tokens, 3, null, 0)))
                    .isInstanceOfSatisfying(
                            CluscaException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FINITE))
                    .hasMessageContaining("token 4 of batch row 2");
        }
    }

    @Test
    void emptyBatchIsEmptyResult() {
        Clustering result =
                KMeans.standard().cluster(new ClusteringRequest(Tensor.zeros(0, 4, 3), 2, null, 0));
        assertThat(result.labels()).isEmpty();
    }
}
