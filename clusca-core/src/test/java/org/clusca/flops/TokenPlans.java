package org.clusca.flops;

import static org.clusca.flops.Runs.FLUX;
import static org.clusca.flops.Runs.HUNYUAN;
import static org.clusca.flops.Runs.STEPS;

import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;

/**
 * Steps of ToCa and DuCa on FLUX and HunyuanVideo, as methods.md 3.3 and 3.4 describe them; how
 * many tokens are computed counts, not which.
 */
final class TokenPlans {
    private TokenPlans() {}

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
                            case ATTENTION, CROSS_ATTENTION -> Runs.reuse();
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
