package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.cluster.KMeans;
import org.junit.jupiter.api.Test;

/** Clusterers with a fault each: the kit names it. */
final class WrongClusterersTest {
    /** Passes every test but those that its fault concerns. */
    private abstract static class AlmostRight extends BaseClustererTest {
        abstract Clustering cluster(ClusteringRequest request);

        @Override
        protected Clusterer clusterer() {
            return new Clusterer() {
                @Override
                public String tag() {
                    return "almost-right";
                }

                @Override
                public Clustering cluster(ClusteringRequest request) {
                    return AlmostRight.this.cluster(request);
                }
            };
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED;
        }
    }

    /** One cluster for every group there is, whatever was asked for. */
    private static Clustering ownNumber(ClusteringRequest request) {
        Tensor tokens = request.tokens();
        int channels = tokens.dimension(2);
        int[][] labels = new int[tokens.dimension(0)][tokens.dimension(1)];
        int most = 1;
        for (int row = 0; row < labels.length; row++) {
            List<Integer> leaders = new ArrayList<>();
            for (int token = 0; token < labels[row].length; token++) {
                int at = row * labels[row].length + token;
                labels[row][token] = leaders.size();
                for (int leader = leaders.size() - 1; leader >= 0; leader--) {
                    if (distance(tokens, at, leaders.get(leader), channels) < 2) {
                        labels[row][token] = leader;
                    }
                }
                if (labels[row][token] == leaders.size()) {
                    leaders.add(at);
                }
            }
            most = Math.max(most, leaders.size());
        }
        return new Clustering(labels, most, null, new int[labels.length]);
    }

    private static double distance(Tensor tokens, int a, int b, int channels) {
        double sum = 0;
        for (int d = 0; d < channels; d++) {
            float x = tokens.data().get(a * channels + d);
            float y = tokens.data().get(b * channels + d);
            if (!Float.isFinite(x) || !Float.isFinite(y)) {
                throw new CluscaException(
                        ErrorCode.NOT_FINITE,
                        "token " + (Float.isFinite(x) ? b : a) % tokens.dimension(1));
            }
            sum += Math.abs(x - y);
        }
        return sum;
    }

    /** Finds more clusters than wanted and says that it did not. */
    static final class FindsMoreThanItSays extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            Clustering found = ownNumber(request);
            return new Clustering(found.labels(), request.clusters(), null, found.iterations());
        }
    }

    /** Honest: finds the number of clusters by itself. */
    static final class FindsItsOwnNumber extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            return ownNumber(request);
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior)
                    && behavior != Behavior.AS_MANY_AS_ASKED
                    && behavior != Behavior.WARM_START;
        }
    }

    @Test
    void moreClustersThanItSays() {
        Kit.run(FindsMoreThanItSays.class)
                .assertFault("moreAndFewerGroupsThanClusters", "A label must be from 0");
    }

    @Test
    void findingTheNumberIsNoFault() {
        assertThat(Kit.run(FindsItsOwnNumber.class).failures()).isEmpty();
    }

    static final class CountsFromOne extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            Clustering right = KMeans.standard().cluster(request);
            for (int[] row : right.labels()) {
                for (int i = 0; i < row.length; i++) {
                    row[i]++;
                }
            }
            return right;
        }
    }

    static final class ScalesTheTokensInPlace extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            Clustering right = KMeans.standard().cluster(request);
            Tensor tokens = request.tokens();
            for (int i = 0; i < tokens.size(); i++) {
                tokens.data().put(i, tokens.data().get(i) * 2);
            }
            return right;
        }
    }

    static final class OverlooksNaN extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            Tensor tokens = Numbers.copy(request.tokens());
            for (int i = 0; i < tokens.size(); i++) {
                if (!Float.isFinite(tokens.data().get(i))) {
                    tokens.data().put(i, 0);
                }
            }
            return KMeans.standard()
                    .cluster(
                            new ClusteringRequest(
                                    tokens, request.clusters(), request.start(), request.seed()));
        }
    }

    static final class ForgetsTheWarmStart extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            return KMeans.standard()
                    .cluster(
                            new ClusteringRequest(
                                    request.tokens(), request.clusters(), null, request.seed()));
        }
    }

    static final class DrawsFromTheClock extends AlmostRight {
        private static final AtomicInteger CALLS = new AtomicInteger();

        @Override
        Clustering cluster(ClusteringRequest request) {
            return KMeans.standard()
                    .cluster(
                            new ClusteringRequest(
                                    request.tokens(),
                                    request.clusters(),
                                    request.start(),
                                    new Random(CALLS.getAndIncrement()).nextLong()));
        }
    }

    /** All rows in one heap: what another row holds decides the labels of this one. */
    static final class MixesTheRows extends AlmostRight {
        @Override
        Clustering cluster(ClusteringRequest request) {
            Tensor tokens = request.tokens();
            int batch = tokens.dimension(0);
            int count = tokens.dimension(1);
            Clustering heap =
                    KMeans.standard()
                            .cluster(
                                    new ClusteringRequest(
                                            tokens.reshape(1, batch * count, tokens.dimension(2)),
                                            request.clusters(),
                                            null,
                                            request.seed()));
            int[][] labels = new int[batch][count];
            for (int i = 0; i < batch * count; i++) {
                labels[i / count][i % count] = heap.labels()[0][i];
            }
            return new Clustering(labels, request.clusters(), null, new int[batch]);
        }
    }

    @Test
    void labelsOutOfRange() {
        Kit.run(CountsFromOne.class)
                .assertFault("everyTokenGetsALabelInRange", "label", "clusters - 1");
    }

    @Test
    void writesToTheTokens() {
        Kit.run(ScalesTheTokensInPlace.class)
                .assertFault("whatIsGivenIsNotWrittenTo", "tokens must not be written to");
    }

    @Test
    void acceptsNaN() {
        Kit kit =
                Kit.run(OverlooksNaN.class)
                        .assertFault("numbersThatAreNotFiniteAreRefused", "NaN must be refused");
        assertThat(kit.failures()).as("Nothing else is wrong with it").hasSize(1);
    }

    @Test
    void claimsAWarmStart() {
        Kit.run(ForgetsTheWarmStart.class)
                .assertFault("aWarmStartIsUsed", "the warm start is not used");
    }

    @Test
    void ignoresTheSeed() {
        Kit.run(DrawsFromTheClock.class)
                .assertFault(
                        "theSameSeedGivesTheSameLabels",
                        "The same request must give the same labels");
    }

    @Test
    void rowsThatDependOnEachOther() {
        Kit.run(MixesTheRows.class)
                .assertFault("batchRowsAreIndependent", "must not depend on the other rows");
    }
}
