package org.clusca.testkit;

import org.clusca.api.cluster.Clusterer;
import org.clusca.cluster.Consecutive;
import org.clusca.cluster.KMeans;
import org.clusca.cluster.KMeansPlusPlus;
import org.clusca.cluster.KMeansSettings;
import org.clusca.cluster.RandomLabels;
import org.clusca.cluster.Ward;
import org.junit.jupiter.api.Nested;

/** The clusterers that come with the engine. */
final class ClusterersTest {
    @Nested
    final class ByL1 extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return KMeans.standard();
        }
    }

    @Nested
    final class ByL2 extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return with(KMeansSettings.Distance.L2);
        }
    }

    @Nested
    final class ByCosine extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return with(KMeansSettings.Distance.COSINE);
        }
    }

    private static Clusterer with(KMeansSettings.Distance distance) {
        return new KMeans(
                new KMeansSettings(
                        100,
                        1e-4,
                        distance,
                        KMeansSettings.Start.DISTINCT,
                        KMeansSettings.Empty.KEEP));
    }

    @Nested
    final class AsPublished extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return new KMeans(KMeansSettings.published());
        }
    }

    @Nested
    final class PlusPlus extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return new KMeansPlusPlus(100);
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.WARM_START;
        }
    }

    @Nested
    final class ByUnions extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return new Ward();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.WARM_START;
        }
    }

    @Nested
    final class InRuns extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return new Consecutive();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior == Behavior.REGISTERED;
        }
    }

    @Nested
    final class AtRandom extends BaseClustererTest {
        @Override
        protected Clusterer clusterer() {
            return new RandomLabels();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior == Behavior.REGISTERED;
        }
    }
}
