package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
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
            assertThat(Arrays.deepToString(plans.get(step).refreshed()))
                    .as("%s: tokens refreshed at step %s", expectation, step)
                    .isEqualTo(Arrays.deepToString(other.plans.get(step).refreshed()));
            assertThat(words(plans.get(step)))
                    .withFailMessage(
                            "%s; at step %s the branches did %s instead of %s",
                            expectation, step, words(plans.get(step)), words(other.plans.get(step)))
                    .isEqualTo(words(other.plans.get(step)));
        }
    }

    private static List<String> words(StepPlan plan) {
        return plan.actions().stream().map(Run::words).toList();
    }

    private static String words(Action action) {
        return action.match(
                new Action.Cases<>() {
                    @Override
                    public String compute(Action.Compute compute) {
                        return compute.toString();
                    }

                    @Override
                    public String computeTokens(Action.ComputeTokens part) {
                        return "compute tokens "
                                + Arrays.deepToString(part.tokens())
                                + ", "
                                + words(part.merge())
                                + ", predict by "
                                + part.forecast();
                    }

                    @Override
                    public String predict(Action.Predict predict) {
                        return "predict by " + predict.forecast();
                    }

                    @Override
                    public String verify(Action.Verify verify) {
                        return "verify " + verify.forecast();
                    }
                });
    }

    private static String words(Merge merge) {
        return merge.match(
                new Merge.Cases<>() {
                    @Override
                    public String replace(Merge.Replace replace) {
                        return "replace";
                    }

                    @Override
                    public String propagate(Merge.Propagate propagate) {
                        return "propagate "
                                + propagate.ratio()
                                + " "
                                + Arrays.deepToString(propagate.labels());
                    }

                    @Override
                    public String correct(Merge.Correct correct) {
                        return "correct "
                                + correct.ratio()
                                + " "
                                + Arrays.deepToString(correct.labels());
                    }
                });
    }
}
