package org.clusca.testkit;

import java.util.Map;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.model.Model;
import org.clusca.api.schedule.OutputForm;
import org.clusca.cluster.Consecutive;
import org.clusca.policy.Cached;
import org.clusca.policy.ClusCa;
import org.clusca.policy.Composition;
import org.clusca.policy.Draw;
import org.clusca.policy.DuCa;
import org.clusca.policy.FirstBlock;
import org.clusca.policy.Fora;
import org.clusca.policy.FreqCa;
import org.clusca.policy.Hermite;
import org.clusca.policy.HyCa;
import org.clusca.policy.Merging;
import org.clusca.policy.OnePerCluster;
import org.clusca.policy.Output;
import org.clusca.policy.Pace;
import org.clusca.policy.RandomTokens;
import org.clusca.policy.SpeCa;
import org.clusca.policy.Taylor;
import org.clusca.policy.TaylorSeer;
import org.clusca.policy.TeaCache;
import org.clusca.policy.ToCa;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.clusca.policy.XSlim;
import org.junit.jupiter.api.Nested;

/** The policies that come with the engine, on one model. */
abstract class ShippedPolicies {
    abstract Model model();

    /** A policy on the model. */
    abstract class OnTheModel extends BaseCachePolicyTest {
        @Override
        protected Model model() {
            return ShippedPolicies.this.model();
        }
    }

    @Nested
    final class NoPolicy extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return NoCache.INSTANCE;
        }

        @Override
        protected CachePolicy computingEverything() {
            return NoCache.INSTANCE;
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REUSES;
        }
    }

    @Nested
    final class Reuse extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new Fora(3);
        }

        @Override
        protected CachePolicy computingEverything() {
            return new Fora(1);
        }
    }

    @Nested
    final class Forecast extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new TaylorSeer(4, 2, 2);
        }

        @Override
        protected CachePolicy computingEverything() {
            return new TaylorSeer(1, 2, 2);
        }
    }

    /** With full steps further apart towards the end. */
    @Nested
    final class ForecastWidening extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new TaylorSeer(Pace.widening(3), 2, TaylorSeer.Keep.RESIDUAL);
        }

        @Override
        protected CachePolicy computingEverything() {
            return new TaylorSeer(Pace.widening(1), 2, TaylorSeer.Keep.RESIDUAL);
        }
    }

    @Nested
    final class Outputs extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new Output(Pace.widening(4), 2, OutputForm.EPSILON);
        }

        @Override
        protected CachePolicy computingEverything() {
            return new Output(Pace.widening(1), 2, OutputForm.EPSILON);
        }
    }

    @Nested
    final class OutputsAtListedSteps extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new Output(Pace.of(0, 3, 5), 1, OutputForm.VELOCITY);
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.COMPUTES_EVERYTHING && behavior != Behavior.FEW_STEPS;
        }
    }

    @Nested
    final class Frequencies extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new FreqCa(Map.of("interval", "4", "cutoff", "0.3"));
        }

        @Override
        protected CachePolicy computingEverything() {
            return new FreqCa(Map.of("interval", "1", "order", "3", "low", "1"));
        }
    }

    @Nested
    final class FrequenciesOfALine extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new FreqCa(
                    Map.of(
                            "full", Pace.WIDENING,
                            "transform", "fft",
                            "forecast", "taylor",
                            "low", "1"));
        }

        @Override
        protected CachePolicy computingEverything() {
            return new FreqCa(Map.of("interval", "1", "transform", "none"));
        }
    }

    @Nested
    final class Clusters extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return ClusCa.builder().interval(4).clusters(5).build();
        }

        @Override
        protected CachePolicy computingEverything() {
            return ClusCa.builder().interval(1).clusters(5).build();
        }
    }

    @Nested
    final class Scores extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new ToCa(Map.of("ratio", "0.3"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    /** Skips the trunk at some steps. */
    @Nested
    final class Skipping extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new DuCa(Map.of("ratio", "0.3", "score", "vnorm"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    /** Skips the trunk where the first block alone is full. */
    @Nested
    final class SkippingAsPublished extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new DuCa(Map.of("ratio", "0.3", "decide", "layer"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    @Nested
    final class RandomScores extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new ToCa(Map.of("ratio", "0.3", "score", "random", "schedule", "constant"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    /** By what was measured, which is decided for a batch. */
    abstract class OnMeasurements extends OnTheModel {
        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.DECIDES_BY_ROW;
        }
    }

    @Nested
    final class InputChanges extends OnMeasurements {
        @Override
        protected CachePolicy policy() {
            return new TeaCache(Map.of("threshold", "0.8", "polynomial", "0.1:0.9:0"));
        }

        @Override
        protected CachePolicy computingEverything() {
            return new TeaCache(Map.of("threshold", "0"));
        }
    }

    @Nested
    final class FirstBlockChanges extends OnMeasurements {
        @Override
        protected CachePolicy policy() {
            return new FirstBlock(Map.of("threshold", "0.75", "max", "3"));
        }

        @Override
        protected CachePolicy computingEverything() {
            return new FirstBlock(Map.of("threshold", "0"));
        }
    }

    /** One of the solvers of HyCa, since no calibration holds for every number of steps. */
    @Nested
    final class Solving extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new HyCa(Map.of("interval", "3", "solver", "adams-moulton"));
        }

        @Override
        protected CachePolicy computingEverything() {
            return new HyCa(Map.of("interval", "1", "solver", "bdf"));
        }
    }

    /** Skips by a schedule, and refreshes tokens. */
    @Nested
    final class Scheduled extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new XSlim(Map.of("steps", "fast", "ratio", "0.4"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    /** Refreshes blocks too, which are chosen for a batch. */
    @Nested
    final class ScheduledBlocks extends OnMeasurements {
        @Override
        protected CachePolicy policy() {
            return new XSlim(
                    Map.of(
                            "steps", "slow",
                            "blocks", "3",
                            "joint", "3",
                            "first", "1"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return super.hasBehavior(behavior) && behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    /** After a full step comes a draft: it never computes everything. */
    @Nested
    final class Speculation extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new SpeCa(Map.of("threshold", "1.5", "decay", "0.3", "min", "0", "order", "1"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.DECIDES_BY_ROW && behavior != Behavior.COMPUTES_EVERYTHING;
        }
    }

    @Nested
    final class SpeculationTakenBack extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return new SpeCa(
                    Map.of(
                            "threshold", "1",
                            "decay", "0.3",
                            "min", "0",
                            "order", "0",
                            "first", "1",
                            "compare", "branch",
                            "error", "cosine",
                            "reject", "true"));
        }

        @Override
        protected CachePolicy computingEverything() {
            return new SpeCa(Map.of("threshold", "0", "floor", "0", "min", "0", "reject", "true"));
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.DECIDES_BY_ROW;
        }
    }

    /** Made of parts in code: no tag makes it. */
    @Nested
    final class Composed extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return composed(When.steps(0, 1, 5).andLast(2));
        }

        @Override
        protected CachePolicy computingEverything() {
            return composed(When.every(1, 1));
        }

        private static CachePolicy composed(When when) {
            Cached some =
                    Cached.refresh(new RandomTokens(3), Merging.replace(), new Hermite(1, 0.7));
            return Composition.when(when)
                    .rule(Where.everywhere(), Cached.predict(new Taylor(2)))
                    .rule(Where.mlp(), some)
                    .rule(Where.lastBlocks(1).and(Where.mlp()), Cached.compute())
                    .tag("made-of-parts")
                    .build();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED && behavior != Behavior.FEW_STEPS;
        }
    }

    /** ClusCa by the error of the forecast at the tokens nearest to their cluster's mean. */
    @Nested
    final class Correcting extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return correcting(3, 0.4);
        }

        @Override
        protected CachePolicy computingEverything() {
            return correcting(1, 0.4);
        }

        private static CachePolicy correcting(int interval, double propagation) {
            return ClusCa.builder()
                    .pace(Pace.regular(interval, 1))
                    .clusters(4)
                    .order(2)
                    .propagation(propagation)
                    .byError(true)
                    .draw(Draw.NEAREST)
                    .build();
        }
    }

    /** Clusters' tokens go through attention too. */
    @Nested
    final class ThroughAttention extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return attending(3);
        }

        @Override
        protected CachePolicy computingEverything() {
            return attending(1);
        }

        private static CachePolicy attending(int interval) {
            Cached some =
                    Cached.refresh(
                            new OnePerCluster(5, new Consecutive()),
                            Merging.propagate(0.1),
                            new Taylor(1));
            return Composition.when(When.every(interval, 1))
                    .rule(Where.tokenwise(), some)
                    .rule(Where.attention(), some)
                    .tag("through-attention")
                    .build();
        }

        @Override
        protected boolean hasBehavior(Behavior behavior) {
            return behavior != Behavior.REGISTERED;
        }
    }

    @Nested
    final class ClustersAsPublished extends OnTheModel {
        @Override
        protected CachePolicy policy() {
            return ClusCa.builder()
                    .interval(3)
                    .clusters(4)
                    .order(2)
                    .first(3)
                    .propagation(0.3)
                    .clusterer(new Consecutive())
                    .token0WhereEmpty(true)
                    .build();
        }

        @Override
        protected CachePolicy computingEverything() {
            return ClusCa.builder().interval(1).clusters(4).order(2).build();
        }
    }
}
