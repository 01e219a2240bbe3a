package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.policy.ClusCa;
import org.junit.jupiter.api.Test;

/** What every {@link Clusterer} must do. Extend it and supply {@link #clusterer()}. */
public abstract class BaseClustererTest {
    /** What a clusterer may leave out; then the opposite is checked. */
    public enum Behavior {
        /** A factory on the class path makes it from its tag. */
        REGISTERED,
        /** Starts from the centroids of the request and gives centroids for the next one. */
        WARM_START,
        /** Tokens that lie close together come together: what they hold matters. */
        GROUPS_BY_CONTENT,
        /** There are as many clusters as were asked for; else it finds their number. */
        AS_MANY_AS_ASKED
    }

    private static final long SEED = 11;

    /** The clusterer under test. */
    protected abstract Clusterer clusterer();

    /** True unless the clusterer leaves it out. */
    protected boolean hasBehavior(Behavior behavior) {
        return true;
    }

    @Test
    void everyTokenGetsALabelInRange() {
        for (int clusters : new int[] {1, 2, 5, 23}) {
            valid(Numbers.normal(1, 1, 3, 24, 6), clusters);
        }
    }

    /** Where the tokens lie in more groups than clusters are wanted, or in fewer. */
    @Test
    void moreAndFewerGroupsThanClusters() {
        int[][] groups = {
            {0, 1, 2, 3, 0, 1, 2, 3, 3, 2, 1, 0}, {3, 3, 2, 2, 1, 1, 0, 0, 3, 2, 1, 0}
        };
        for (int clusters : new int[] {1, 2, 3, 4, 7}) {
            valid(grouped(groups, 4), clusters);
        }
    }

    @Test
    void asManyClustersAsTokens() {
        valid(Numbers.normal(2, 1, 2, 9, 4), 9);
        valid(Numbers.normal(3, 1, 2, 1, 4), 1);
    }

    @Test
    void duplicateTokens() {
        Tensor equal = Tensor.zeros(2, 12, 3);
        valid(equal, 5);
        for (int token = 0; token < 12; token += 3) {
            equal.data().put(3 * token, 4);
        }
        valid(equal, 5);
    }

    @Test
    void theSameSeedGivesTheSameLabels() {
        Tensor tokens = Numbers.normal(4, 1, 2, 24, 6);
        Clusterer clusterer = clusterer();
        Clustering first = cluster(clusterer, tokens, 4, SEED);
        cluster(clusterer, Numbers.normal(5, 1, 1, 30, 2), 7, SEED + 1);
        sameLabels(
                "The same request must give the same labels, whatever was clustered in between",
                cluster(clusterer, tokens, 4, SEED),
                first);
        sameLabels(
                "Two equal clusterers must give the same labels for the same seed",
                cluster(clusterer(), tokens, 4, SEED),
                first);
        List<Clustering> together =
                IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(i -> cluster(clusterer, tokens, 4, SEED))
                        .toList();
        together.forEach(
                clustering ->
                        sameLabels(
                                "A clusterer used from several threads must give the labels it"
                                        + " gives alone",
                                clustering,
                                first));
    }

    @Test
    void batchRowsAreIndependent() {
        Tensor a = Numbers.normal(6, 1, 1, 24, 6);
        Tensor b = Numbers.normal(7, 1, 1, 24, 6);
        Tensor c = Numbers.normal(8, 5, 1, 24, 6);
        int[][] both = cluster(clusterer(), Numbers.stack(a, b), 4, SEED).labels();
        String expectation = "The labels of a batch row must not depend on the other rows";
        assertThat(cluster(clusterer(), Numbers.stack(a, c), 4, SEED).labels()[0])
                .as(expectation)
                .isEqualTo(both[0]);
        assertThat(cluster(clusterer(), Numbers.stack(c, b), 4, SEED).labels()[1])
                .as(expectation)
                .isEqualTo(both[1]);
        assertThat(cluster(clusterer(), a, 4, SEED).labels()[0]).as(expectation).isEqualTo(both[0]);
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (int at : new int[] {0, 77, 2 * 24 * 6 - 1}) {
                Tensor tokens = Numbers.normal(9, 1, 2, 24, 6);
                tokens.data().put(at, bad);
                Checks.refused(
                        "Tokens that hold " + bad + " must be refused",
                        ErrorCode.NOT_FINITE,
                        () -> cluster(clusterer(), tokens, 4, SEED),
                        "token " + at / 6 % 24);
            }
        }
    }

    @Test
    void whatIsGivenIsNotWrittenTo() {
        Tensor tokens = Numbers.normal(10, 1, 2, 24, 6);
        Tensor start = Numbers.normal(11, 1, 2, 4, 6);
        Tensor tokensBefore = Numbers.copy(tokens);
        Tensor startBefore = Numbers.copy(start);
        Clustering clustering = clusterer().cluster(new ClusteringRequest(tokens, 4, start, SEED));
        Tensor centroids = clustering.centroids();
        if (centroids != null) {
            centroids.data().put(new float[centroids.size()]);
        }
        Checks.sameBits("The tokens must not be written to", tokens, tokensBefore);
        Checks.sameBits("The starting centroids must not be written to", start, startBefore);
    }

    /** With starting centroids in the middle of well separated groups, those name the clusters. */
    @Test
    void aWarmStartIsUsed() {
        int[][] groups = {{2, 0, 1, 1, 2, 0, 0, 2, 1}, {0, 1, 2, 0, 1, 2, 0, 1, 2}};
        Tensor tokens = grouped(groups, 3);
        Tensor start = grouped(new int[][] {{0, 1, 2}, {0, 1, 2}}, 3);
        Clustering warm = clusterer().cluster(new ClusteringRequest(tokens, 3, start, SEED));
        if (!hasBehavior(Behavior.WARM_START)) {
            sameLabels(
                    "A clusterer that declares no warm start must ignore starting centroids",
                    warm,
                    cluster(clusterer(), tokens, 3, SEED));
            return;
        }
        assertThat(warm.labels())
                .as("Clusters must be those of the starting centroids: the warm start is not used")
                .isDeepEqualTo(groups);
        Tensor centroids = warm.centroids();
        assertThat(centroids)
                .as("A clusterer with a warm start must return centroids to start from")
                .isNotNull();
        assertThat(centroids.shape()).as("Shape of the centroids").containsExactly(2, 3, 4);
        Checks.close(
                "The centroids must lie in the middle of their groups", centroids, start, 0.05);
        assertThat(
                        clusterer()
                                .cluster(new ClusteringRequest(tokens, 3, centroids, SEED + 1))
                                .labels())
                .as("A clustering started from its own centroids must stay as it is")
                .isDeepEqualTo(groups);
    }

    @Test
    void farGroupsAreSeparated() {
        int[][] groups = {{1, 1, 0, 0, 1, 0, 1, 0}, {0, 0, 1, 1, 0, 0, 1, 1}};
        Clustering far = cluster(clusterer(), grouped(groups, 2), 2, SEED);
        if (!hasBehavior(Behavior.GROUPS_BY_CONTENT)) {
            sameLabels(
                    "A clusterer that declares not to look at the tokens must label any others"
                            + " the same",
                    cluster(clusterer(), Numbers.normal(12, 1, 2, 8, 4), 2, SEED),
                    far);
            return;
        }
        for (int row = 0; row < 2; row++) {
            for (int token = 1; token < 8; token++) {
                assertThat(far.labels()[row][token] == far.labels()[row][0])
                        .as(
                                "Of two groups far apart each must be one cluster: token %s of row"
                                        + " %s, labels %s",
                                token, row, Arrays.toString(far.labels()[row]))
                        .isEqualTo(groups[row][token] == groups[row][0]);
            }
        }
    }

    @Test
    void itsTagMakesItAgain() {
        String tag = clusterer().tag();
        assertThat(clusterer().tag()).as("The tag of an equal clusterer").isEqualTo(tag);
        if (!hasBehavior(Behavior.REGISTERED)) {
            Checks.refused(
                    "The tag of a clusterer that no factory makes must be refused",
                    ErrorCode.UNKNOWN_NAME,
                    () -> Clusca.create().clusterer(tag));
            return;
        }
        Clusterer again = Clusca.create().clusterer(tag);
        assertThat(again.tag()).as("The tag of what the tag makes").isEqualTo(tag);
        Tensor tokens = Numbers.normal(13, 1, 2, 24, 6);
        sameLabels(
                "The clusterer that the tag makes must give the same labels",
                cluster(again, tokens, 4, SEED),
                cluster(clusterer(), tokens, 4, SEED));
        String policy = ClusCa.builder().clusterer(again).build().tag();
        assertThat(Clusca.create().policy(policy).tag())
                .as("The tag of a policy with this clusterer must make that policy again")
                .isEqualTo(policy);
    }

    @Test
    void worksInsideClusCa() {
        ClusCa policy = ClusCa.builder().interval(3).clusters(4).clusterer(clusterer()).build();
        try (Pipeline pipeline = ToyModel.pipeline()) {
            Generated generated =
                    pipeline.generate(ToyModel.request(AssertingCachePolicy.of(policy)).build());
            assertThat(generated.latents().isFinite()).isTrue();
            assertThat(generated.report().count(StepKind.TOKENS))
                    .as("Steps on which one token per cluster was computed")
                    .isPositive();
        }
    }

    private void valid(Tensor tokens, int clusters) {
        Clustering clustering = cluster(clusterer(), tokens, clusters, SEED);
        int batch = tokens.dimension(0);
        int found = clustering.clusters();
        if (hasBehavior(Behavior.AS_MANY_AS_ASKED)) {
            assertThat(found).as("The number of clusters").isEqualTo(clusters);
        } else {
            assertThat(found).as("The number of clusters found").isBetween(1, tokens.dimension(1));
        }
        assertThat(clustering.labels()).as("Rows of labels").hasNumberOfRows(batch);
        assertThat(clustering.iterations()).as("Rows of iterations").hasSize(batch);
        for (int row = 0; row < batch; row++) {
            assertThat(clustering.labels()[row])
                    .as("Row %s must have one label for every token", row)
                    .hasSize(tokens.dimension(1));
            for (int label : clustering.labels()[row]) {
                assertThat(label)
                        .as("A label must be from 0 to the number of clusters - 1")
                        .isBetween(0, found - 1);
            }
            assertThat(Arrays.stream(clustering.sizes(row)).sum())
                    .as("The sizes of the clusters must add up to the tokens")
                    .isEqualTo(tokens.dimension(1));
        }
        Tensor centroids = clustering.centroids();
        if (centroids != null) {
            assertThat(centroids.shape())
                    .as("Shape of the centroids")
                    .containsExactly(batch, found, tokens.dimension(2));
            assertThat(centroids.isFinite()).as("The centroids must be finite").isTrue();
        }
    }

    private static Clustering cluster(Clusterer clusterer, Tensor tokens, int clusters, long seed) {
        return clusterer.cluster(new ClusteringRequest(tokens, clusters, null, seed));
    }

    private static void sameLabels(String expectation, Clustering actual, Clustering expected) {
        assertThat(actual.labels()).as(expectation).isDeepEqualTo(expected.labels());
    }

    /** Tokens of 4 channels around a point per group, in any distance far from the others. */
    private static Tensor grouped(int[][] groups, int count) {
        Tensor noise = Numbers.normal(14, 0.01, groups.length, groups[0].length, 4);
        for (int i = 0; i < noise.size() / 4; i++) {
            int group = groups[i / groups[0].length][i % groups[0].length];
            for (int d = 0; d < count; d++) {
                float center = d == group ? 10 : 1;
                noise.data().put(4 * i + d, noise.data().get(4 * i + d) + center);
            }
        }
        return noise;
    }
}
