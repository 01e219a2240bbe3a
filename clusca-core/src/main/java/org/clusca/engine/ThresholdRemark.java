package org.clusca.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.clusca.api.Parameter;
import org.clusca.api.cache.Judgement;

/** What is said of a threshold that made no difference, because it was always or never exceeded. */
record ThresholdRemark(String policy, List<Report.Step> steps) {
    /** As many decisions are no sign of anything. */
    private static final int FEW = 2;

    Optional<String> text() {
        List<Judgement> judgements =
                steps.stream().flatMap(step -> step.judgement().stream()).toList();
        long exceeded = judgements.stream().filter(Judgement::exceeded).count();
        int count = judgements.size();
        if (count <= FEW || (exceeded > 0 && exceeded < count)) {
            return Optional.empty();
        }
        Comparator<Judgement> margin = Comparator.comparing(j -> j.sum() - j.threshold());
        BinaryOperator<Judgement> nearest =
                exceeded == 0 ? BinaryOperator.maxBy(margin) : BinaryOperator.minBy(margin);
        Judgement closest = judgements.stream().reduce(nearest).orElseThrow();
        return Optional.of(
                "The threshold of policy "
                        + policy
                        + " was "
                        + (exceeded == 0 ? "never" : "always")
                        + " reached at the "
                        + count
                        + " steps that it decides: what came closest was "
                        + number(closest.sum())
                        + " against "
                        + number(closest.threshold())
                        + ". "
                        + (exceeded == 0
                                ? "Lower it to compute more steps in full."
                                : "Raise it to reuse more."));
    }

    private static String number(double value) {
        return Parameter.format(Math.round(value * 1e6) / 1e6);
    }
}
