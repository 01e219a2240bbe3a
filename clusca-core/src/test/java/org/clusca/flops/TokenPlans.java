package org.clusca.flops;

import static org.clusca.flops.Runs.DIT;
import static org.clusca.flops.Runs.FLUX;
import static org.clusca.flops.Runs.HUNYUAN;
import static org.clusca.flops.Runs.STEPS;

import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;

/**
 * Steps of ToCa on FLUX and HunyuanVideo and of DuCa, as methods.md 3.3 and 3.4 describe them; how
 * many tokens are computed counts, not which.
 */
final class TokenPlans {
    private enum Kind {
        FULL,
        TOKENS,
        /** The last hidden state is used again. */
        SKIPPED
    }

    private TokenPlans() {}

    /**
     * Where the first block alone is full and the others are skipped, their modulations are counted
     * here and were not in the publication: 0.4 GFLOP of 9575.
     */
    static long ducaOnDit(int interval, double ratio) {
        long flops = 0;
        int threshold = interval;
        for (int step = STEPS - 1; step >= 0; step--) {
            Kind first = alternating(step, threshold);
            threshold = first == Kind.FULL ? threshold(interval, step) : threshold;
            Kind others = alternating(step, threshold);
            if (first == Kind.SKIPPED) {
                flops += DIT.convention().withoutTrunk(DIT.spec(), DIT.batch());
            } else {
                flops +=
                        dit(
                                step,
                                others == Kind.SKIPPED ? 0 : ratio,
                                first == Kind.FULL,
                                others == Kind.FULL);
            }
        }
        return flops;
    }

    private static Kind alternating(int step, int threshold) {
        int position = step == STEPS - 1 ? 0 : step % threshold;
        return position == 0 ? Kind.FULL : position % 2 == 1 ? Kind.TOKENS : Kind.SKIPPED;
    }

    /** Steps count down. */
    private static int threshold(int interval, int step) {
        boolean sensitive = step >= STEPS * 2 / 10 && step < STEPS * 4 / 10;
        return sensitive ? 2 : (int) Math.rint(interval / (1 + 0.4 - 0.8 * step / STEPS));
    }

    private static long dit(int step, double ratio, boolean firstFull, boolean othersFull) {
        return DIT.step(
                DIT.plan(
                        branch -> {
                            boolean full = branch.id().block() == 0 ? firstFull : othersFull;
                            return full ? Runs.compute() : dit(branch, step, ratio);
                        }));
    }

    private static Action dit(Branch branch, int step, double ratio) {
        if (branch.id().kind() == BranchKind.ATTENTION || ratio == 0) {
            return Runs.reuse();
        }
        double layer = 1 - 0.2 + 2 * 0.2 * branch.id().block() / 27;
        double time = 1 + 2.0 - 2 * 2.0 * step / STEPS;
        return DIT.refresh(tokens(branch, ratio * layer * time * 2.5));
    }

    private static int tokens(Branch branch, double ratio) {
        return (int) (Math.max(0, Math.min(1, ratio)) * branch.tokens());
    }

    static long toca(Runs runs, int interval) {
        long flops = 0;
        for (int step = 0; step < STEPS; step++) {
            boolean full = position(runs, step, interval) == 0;
            flops += runs.step(full ? runs.fullStep() : toca(runs));
        }
        return flops;
    }

    /** Steps since the last full one. */
    private static int position(Runs runs, int step, int interval) {
        return step < runs.first() ? 0 : (step - runs.first() + 1) % interval;
    }

    /** A cached step of FLUX or HunyuanVideo with a tenth of the tokens. */
    static StepPlan toca(Runs runs) {
        return runs.plan(
                branch ->
                        switch (branch.id().kind()) {
                            case ATTENTION -> Runs.reuse();
                            case MLP -> runs.refresh(tokens(branch, 0.1 * layer(branch, 0) * 0.4));
                            case PARALLEL ->
                                    runs.refresh(
                                            tokens(
                                                    branch,
                                                    0.1 * layer(branch, doubles(runs)) * 1.6));
                        });
    }

    private static double layer(Branch branch, int firstBlock) {
        return 1 + 0.5 - (branch.id().block() - firstBlock) / 27.0;
    }

    private static int doubles(Runs runs) {
        return runs.spec().branches().stream()
                .filter(branch -> branch.id().kind() == BranchKind.PARALLEL)
                .findFirst()
                .orElseThrow()
                .id()
                .block();
    }

    static long ducaOnHunyuan(int interval) {
        long flops = 0;
        for (int step = 0; step < STEPS; step++) {
            int position = position(HUNYUAN, step, interval);
            flops +=
                    position == 0
                            ? HUNYUAN.step(HUNYUAN.fullStep())
                            : position % 2 == 1
                                    ? HUNYUAN.step(toca(HUNYUAN))
                                    : HUNYUAN.convention().withoutTrunk(HUNYUAN.spec(), 1);
        }
        return flops;
    }

    /**
     * The code of the FLUX baseline (cal_type.py of TaylorSeer-FLUX) holds, as a comment, that the
     * step that is not ToCa's is FORA's in the first half and skips the blocks in the second. The
     * single blocks, which ask their modulation before they ask the kind of step, compute it even
     * then.
     */
    static long ducaOnFlux(int interval) {
        long skipped =
                FlopsConvention.printed(
                        2
                                * FLUX.spec()
                                        .fixed()
                                        .plus(FLUX.spec().conditioning())
                                        .plus(PublishedShapes.modulation(3072, 3).times(38))
                                        .linear());
        long flops = 0;
        for (int step = 0; step < STEPS; step++) {
            int position = position(FLUX, step, interval);
            if (position == 0) {
                flops += FLUX.step(FLUX.fullStep());
            } else if (position % 2 == 0) {
                flops += FLUX.step(toca(FLUX));
            } else {
                flops += step < STEPS / 2 ? FLUX.step(FLUX.predictedStep()) : skipped;
            }
        }
        return flops;
    }
}
