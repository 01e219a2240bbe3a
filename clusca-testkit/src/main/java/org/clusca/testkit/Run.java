package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepPlan;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/** One generation and the plans of its steps. */
record Run(Generated generated, List<StepPlan> plans) {
    static Run of(Pipeline pipeline, Request.Builder request) {
        List<StepPlan> plans = new ArrayList<>();
        Generated generated =
                pipeline.generate(request.listener(progress -> plans.add(progress.plan())).build());
        return new Run(generated, plans);
    }

    /** Every branch does the same at every step. */
    void decidesAs(String expectation, Run other) {
        assertThat(plans).as("%s: the number of steps", expectation).hasSameSizeAs(other.plans);
        for (int step = 0; step < plans.size(); step++) {
            assertThat(words(plans.get(step)))
                    .withFailMessage(
                            "%s; at step %d the branches did %s instead of %s",
                            expectation, step, words(plans.get(step)), words(other.plans.get(step)))
                    .isEqualTo(words(other.plans.get(step)));
        }
    }

    private static List<String> words(StepPlan plan) {
        return plan.actions().stream().map(Run::words).toList();
    }

    private static String words(Action action) {
        if (action instanceof Action.ComputeTokens part) {
            String merge =
                    part.merge() instanceof Merge.Propagate propagate
                            ? "propagate "
                                    + propagate.ratio()
                                    + " "
                                    + Arrays.deepToString(propagate.labels())
                            : "replace";
            return "compute tokens "
                    + Arrays.deepToString(part.tokens())
                    + ", "
                    + merge
                    + ", "
                    + words(part.predictor());
        }
        return action instanceof Action.Predict predict
                ? words(predict.predictor())
                : action.toString();
    }

    private static String words(Predictor predictor) {
        return "predict by " + Arrays.toString(predictor.coefficients(2));
    }
}
