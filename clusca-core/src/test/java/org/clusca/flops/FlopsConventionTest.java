package org.clusca.flops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.flops.FlopsConvention.A;
import static org.clusca.flops.FlopsConvention.B;
import static org.clusca.flops.FlopsConvention.CLEAN;
import static org.clusca.flops.Runs.DIT;
import static org.clusca.flops.Runs.FLUX;
import static org.clusca.flops.Runs.HUNYUAN;
import static org.clusca.flops.Runs.STEPS;
import static org.clusca.flops.Runs.giga;
import static org.clusca.flops.Runs.tera;

import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.policy.Taylor;
import org.clusca.policy.TaylorSeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of each kind on the published shapes (methods.md 5.1 and 5.2). */
final class FlopsConventionTest {
    @Test
    void stepsOfDit() {
        assertThat(DIT.step(DIT.fullStep())).isEqualTo(474_705_624_064L);
        assertThat(DIT.step(DIT.predictedStep())).isEqualTo(445_971_456L);
        assertThat(DIT.step(clusca(DIT, 16))).isEqualTo(19_512_622_080L);
        assertThat(A.withoutTrunk(DIT.spec(), 2)).isZero();
    }

    /** 28 blocks, 2 rows, 256 tokens of 1152 channels: one norm. */
    @Test
    void tocaCountsOneNormMoreThanClusCa() {
        StepPlan toca =
                DIT.plan(
                        branch ->
                                branch.id().kind() == BranchKind.MLP
                                        ? DIT.refresh(16)
                                        : Runs.reuse());
        assertThat(DIT.step(toca) - DIT.step(clusca(DIT, 16))).isEqualTo(28L * 2 * 256 * 1152);
    }

    @Test
    void stepsOfFlux() {
        assertThat(FLUX.step(FLUX.fullStep())).isEqualTo(74_390_000_000_000L);
        assertThat(FLUX.step(FLUX.predictedStep())).isEqualTo(22_660_000_000L);
        assertThat(FLUX.step(clusca(FLUX, 16))).isEqualTo(114_470_000_000L);
    }

    @Test
    void stepsOfHunyuan() {
        assertThat(tera(HUNYUAN.step(HUNYUAN.fullStep()), 2)).isEqualTo("595.46");
        assertThat(giga(HUNYUAN.step(HUNYUAN.predictedStep()), 1)).isEqualTo("145.5");
        assertThat(giga(HUNYUAN.step(clusca(HUNYUAN, 32)), 1)).isEqualTo("338.8");
        assertThat(giga(HUNYUAN.step(clusca(HUNYUAN, 16)), 1)).isEqualTo("242.1");
    }

    /** The blocks alone, as methods.md 5.3 checks the conventions. */
    @Test
    void cleanCountOfTheBlocks() {
        assertThat(tera(blocks(DIT), 3)).isEqualTo("23.676");
        assertThat(tera(blocks(FLUX), 2)).isEqualTo("3718.10");
        assertThat(tera(blocks(HUNYUAN), 1)).isEqualTo("29764.1");
    }

    private static long blocks(Runs runs) {
        return STEPS
                * runs.batch()
                * runs.spec().branches().stream().mapToLong(b -> CLEAN.of(b.cost())).sum();
    }

    /** 2 x 16 x 1152 channels in, 32 out for each of 256 tokens and 2 rows. */
    @Test
    void cleanStepHasEmbeddingAndHead() {
        long fixed = 2L * 2 * 256 * 1152 * (16 + 32);
        assertThat(CLEAN.withoutTrunk(DIT.spec(), 2)).isEqualTo(fixed);
        assertThat(CLEAN.step(DIT.spec(), 2, DIT.predictedStep())).isEqualTo(fixed);
        assertThat(CLEAN.step(DIT.spec(), 2, clusca(DIT, 16)))
                .isEqualTo(fixed + 28L * 2 * 16 * 16 * 1152 * 1152);
    }

    @Test
    void paddingToTheWidestRowIsComputed() {
        Action ragged =
                new Action.ComputeTokens(
                        new int[][] {{1, 2, 3}, {}}, new Merge.Replace(), new Taylor(0));
        StepPlan plan = DIT.plan(b -> b.id().kind() == BranchKind.MLP ? ragged : Runs.reuse());
        StepPlan padded =
                DIT.plan(b -> b.id().kind() == BranchKind.MLP ? DIT.refresh(3) : Runs.reuse());
        for (FlopsConvention convention : FlopsConvention.values()) {
            assertThat(convention.step(DIT.spec(), 2, plan))
                    .isEqualTo(convention.step(DIT.spec(), 2, padded));
        }
    }

    /** Joint attention is shared between the streams by their queries: nothing twice. */
    @Test
    void jointAttentionIsCountedOnce() {
        long joint = 4096 + 512;
        long attention =
                FLUX.spec().branches().stream()
                        .filter(branch -> branch.id().block() == 0)
                        .map(Branch::cost)
                        .mapToLong(Cost::attention)
                        .sum();
        assertThat(attention).isEqualTo(2 * joint * joint * 3072);
    }

    @ParameterizedTest
    @CsvSource({
        "999, 999",
        "1234, 1230",
        "1235001, 1240000",
        "22663397376, 22660000000",
        "999994999999, 999990000000",
        "74392234622976, 74390000000000",
        "5954600000000000, 5954600000000000"
    })
    void printedWithTwoDecimals(long flops, long printed) {
        assertThat(FlopsConvention.printed(flops)).isEqualTo(printed);
    }

    @Test
    void countsByKindOfStep() {
        FlopsCounter counter = FLUX.count(new TaylorSeer(5, 1, 3));
        assertThat(counter.of(B, StepKind.FULL)).isEqualTo(12 * 74_390_000_000_000L);
        assertThat(counter.of(B, StepKind.PREDICTED)).isEqualTo(38 * 22_660_000_000L);
        assertThat(counter.of(B, StepKind.TOKENS)).isZero();
        for (FlopsConvention convention : FlopsConvention.values()) {
            assertThat(counter.total(convention))
                    .isEqualTo(
                            counter.of(convention, StepKind.FULL)
                                    + counter.of(convention, StepKind.PREDICTED));
        }
        FlopsCounter full = DIT.count(NoCache.INSTANCE, 1);
        assertThat(full.step(DIT.predictedStep()))
                .isEqualTo(CLEAN.step(DIT.spec(), 2, DIT.predictedStep()));
    }

    /** n queries attend to all keys: a share of everything that a branch does. */
    @Test
    void tokensThroughAttentionCostTheirShare() {
        Requirements attending =
                Requirements.builder().order(0).tokens(BranchKind.values()).build();
        FlopsCounter counter = new FlopsCounter(FLUX.spec(), 1, attending);
        long outside = CLEAN.withoutTrunk(FLUX.spec(), 1);
        long full = CLEAN.step(FLUX.spec(), 1, FLUX.plan(branch -> new Action.Compute(false)));
        assertThat(counter.step(FLUX.plan(branch -> some(branch, 1)))).isEqualTo(full);
        assertThat(counter.step(FLUX.plan(branch -> some(branch, 16))) - outside)
                .isEqualTo((full - outside) / 16);
    }

    private static Action some(Branch branch, int share) {
        return new Action.ComputeTokens(
                new int[1][branch.tokens() / share], new Merge.Replace(), new Taylor(0));
    }

    static StepPlan clusca(Runs runs, int clusters) {
        int[][] tokens = new int[runs.batch()][clusters];
        Action refresh =
                new Action.ComputeTokens(
                        tokens, new Merge.Propagate(0.005, tokens, false), new Taylor(1));
        return runs.plan(branch -> branch.id().kind() == BranchKind.MLP ? refresh : Runs.reuse());
    }
}
