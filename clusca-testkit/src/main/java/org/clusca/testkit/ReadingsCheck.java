package org.clusca.testkit;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;

/** Checks that a caller shows what gauges there are, and nothing else. */
final class ReadingsCheck {
    /** A gauge of 0 may come out below it by rounding. */
    private static final double ROUNDING = 1e-5;

    private final String tag;
    private final Requirements requirements;
    private final GenerationContext context;

    ReadingsCheck(CachePolicy policy, GenerationContext context) {
        tag = policy.tag();
        requirements = policy.requirements(context.branches());
        this.context = context;
    }

    /** What is known before the plan: from the second step on, everything that is read ahead. */
    void ahead(StepContext step) {
        Set<Gauge> expected = new HashSet<>();
        if (step.index() > 0) {
            requirements.gauges().stream().filter(Gauge::ahead).forEach(expected::add);
        }
        check(step, step.ahead(), expected);
    }

    /** What is known of a step that has run: also the errors of what it verified. */
    void judged(StepContext step, StepPlan plan, Readings shown) {
        Set<Gauge> expected = new HashSet<>(step.ahead().values().keySet());
        for (Gauge gauge : requirements.gauges()) {
            if (!gauge.ahead() && measured(gauge, plan)) {
                expected.add(gauge);
            }
        }
        check(step, shown, expected);
        for (Map.Entry<Gauge, double[]> before : step.ahead().values().entrySet()) {
            if (!Arrays.equals(shown.values().get(before.getKey()), before.getValue())) {
                throw caller(step, "shows another " + before.getKey() + " than before the plan");
            }
        }
    }

    private boolean measured(Gauge gauge, StepPlan plan) {
        if (plan.actions().isEmpty() || plan.skipsTrunk() || plan.skipsNetwork()) {
            return false;
        }
        List<Branch> branches = context.branches();
        for (int i = 0; i < branches.size(); i++) {
            if (gauge.watches(branches.get(i).id())
                    && (plan.forecasts(branches.get(i).id())
                            || plan.actions().get(i).full().isEmpty())) {
                return false;
            }
            if (gauge.measures(branches.get(i).id())
                    && (plan.forecasts(branches.get(i).id())
                            || !plan.actions().get(i).verifies())) {
                return false;
            }
        }
        return true;
    }

    private void check(StepContext step, Readings shown, Set<Gauge> expected) {
        if (!shown.values().keySet().equals(expected)) {
            throw caller(
                    step, "shows " + shown.values().keySet() + ", expected to show " + expected);
        }
        shown.values()
                .forEach(
                        (gauge, rows) -> {
                            if (rows.length != context.batch()
                                    || !Arrays.stream(rows).allMatch(row -> row >= -ROUNDING)) {
                                throw caller(
                                        step,
                                        "shows of "
                                                + gauge
                                                + " "
                                                + Arrays.toString(rows)
                                                + ", expected "
                                                + context.batch()
                                                + " numbers of at least 0");
                            }
                        });
    }

    private AssertionError caller(StepContext step, String what) {
        return new AssertionError(
                "The caller of policy " + tag + " " + what + ", at step " + step.index() + ".");
    }
}
