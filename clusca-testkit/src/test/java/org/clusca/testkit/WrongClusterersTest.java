package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
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
