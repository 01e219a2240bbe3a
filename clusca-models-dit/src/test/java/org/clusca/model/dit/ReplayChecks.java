package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Readings;
import org.clusca.api.cluster.Clustering;
import org.clusca.engine.Generated;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;

/** Compares a replayed run with what was recorded of the original, as far as the file holds it. */
record ReplayChecks(SafetensorsFile golden, ReplayRecorder replayed) {
    private static final double TOLERANCE = 1e-4;

    /** Of the reasons for a step's kind, those by which an error was judged. */
    private static final int FULL_BY_ERROR = 2;

    private static final int DRAFT_AS_JUDGED = 5;

    void check(Generated generated) {
        checkKinds();
        checkLatents(generated);
        if (golden.has("labels")) {
            checkClusters();
        }
        if (golden.has("fresh")) {
            checkTokens();
        }
        if (golden.has("eps")) {
            checkOutputs("eps", golden.longs("eps_steps"));
        }
        if (golden.has("model_out")) {
            // recorded at the first, the second and the last step
            checkOutputs("model_out", new long[] {0, 1, replayed.outputs.size() - 1});
        }
        if (golden.has("error_f64")) {
            checkErrors();
        }
        if (golden.has("hidden")) {
            checkHidden();
        }
    }

    private void checkKinds() {
        String[] names = {"full", "tokens", "predicted"};
        assertThat(replayed.steps.stream().map(ReplayRecorder.Step::kind))
                .containsExactly(
                        Arrays.stream(golden.longs("types"))
                                .mapToObj(type -> names[(int) type])
                                .toArray(String[]::new));
    }

    private void checkClusters() {
        long[] at = golden.longs("kmeans_at");
        int[] shape = golden.shape("labels");
        long[] labels = golden.longs("labels");
        for (int call = 0; call < at.length; call++) {
            Clustering step = replayed.steps.get((int) at[call]).clustering().orElseThrow();
            for (int row = 0; row < shape[1]; row++) {
                int from = (call * shape[1] + row) * shape[2];
                assertThat(step.labels()[row])
                        .as("labels of call %s, row %s", call, row)
                        .containsExactly(ints(labels, from, from + shape[2]));
            }
            assertThat(step.iterations()[0])
                    .as("rounds of call %s", call)
                    .isEqualTo((int) golden.longs("kmeans_iters")[call]);
            Tensor centroids =
                    golden.tensor("centroids")
                            .rows(call, call + 1)
                            .reshape(step.centroids().shape());
            Golden.assertClose("centroids of call " + call, step.centroids(), centroids, TOLERANCE);
        }
    }

    /** The tokens in the executed plans, call by call, layer by layer, row by row. */
    private void checkTokens() {
        int[] shape = golden.shape("fresh");
        long[] fresh = golden.longs("fresh");
        int call = 0;
        for (ReplayRecorder.Step step : replayed.steps) {
            List<Action.ComputeTokens> parts =
                    step.plan().actions().stream()
                            .filter(Action.ComputeTokens.class::isInstance)
                            .map(Action.ComputeTokens.class::cast)
                            .toList();
            if (parts.isEmpty()) {
                continue;
            }
            assertThat(parts).as("layers of call %s", call).hasSize(shape[1]);
            for (int layer = 0; layer < shape[1]; layer++) {
                for (int row = 0; row < shape[2]; row++) {
                    int from = ((call * shape[1] + layer) * shape[2] + row) * shape[3];
                    assertThat(parts.get(layer).tokens()[row])
                            .as("tokens of call %s, layer %s, row %s", call, layer, row)
                            .containsExactly(ints(fresh, from, from + shape[3]));
                }
            }
            call++;
        }
        assertThat(call).as("steps on some tokens").isEqualTo(shape[0]);
    }

    /** Guided network outputs, as many of the leading channels as were recorded. */
    private void checkOutputs(String name, long[] steps) {
        Tensor expected = golden.tensor(name);
        int[] shape = expected.shape();
        assertThat(shape[0]).as("recorded steps of %s", name).isEqualTo(steps.length);
        for (int i = 0; i < steps.length; i++) {
            // one image: its leading channels are the first rows of [channels, height, width]
            Tensor output = replayed.outputs.get((int) steps[i]);
            Tensor channels =
                    output.reshape(output.dimension(1), shape[2], shape[3])
                            .rows(0, shape[1])
                            .reshape(1, shape[1], shape[2], shape[3]);
            Golden.assertClose(
                    name + " of step " + steps[i], channels, expected.rows(i, i + 1), TOLERANCE);
        }
    }

    /** Errors of drafts where there are any, and what steps were decided by. */
    private void checkErrors() {
        double[] errors = golden.doubles("error_f64");
        double[] judged = golden.doubles("judged_f64");
        double[] thresholds = golden.doubles("threshold_f64");
        long[] reasons = golden.longs("reason");
        Norm norm = replayed.norm();
        for (int step = 0; step < errors.length; step++) {
            Readings readings = replayed.readings.getOrDefault(step, Readings.NONE);
            assertThat(readings.values())
                    .as("gauges at step " + step)
                    .hasSize(errors[step] < 0 ? 0 : 1);
            for (Gauge gauge : readings.values().keySet()) {
                closeTo(
                        "error of step " + step,
                        gauge.norm(),
                        error(readings, gauge),
                        errors[step]);
            }
            Judgement judgement = replayed.judgements.get(step);
            boolean failed = reasons[step] == FULL_BY_ERROR;
            if (!failed && reasons[step] != DRAFT_AS_JUDGED) {
                assertThat(judgement).as("what decides step " + step).isNull();
            } else {
                assertThat(judgement).as("what decides step " + step).isNotNull();
                assertThat(judgement.exceeded()).isEqualTo(failed);
                assertThat(judgement.threshold()).isCloseTo(thresholds[step], within(1e-12));
                closeTo("error judged at step " + step, norm, judgement.change(), judged[step]);
            }
        }
    }

    private static double error(Readings readings, Gauge gauge) {
        return switch (gauge.norm()) {
            case L2, ELEMENTWISE_L2 -> readings.rootMeanSquare(gauge);
            default -> readings.mean(gauge);
        };
    }

    /**
     * Where denominators are nearly 0, moving the start by rounding alone moves the recorded error
     * by up to 10 %, and the recorded frequencies of timesteps are off by rounding too; the error
     * that decides a step is at least 20 % from its threshold. A cosine of two nearly equal tensors
     * is 1 but for its last bits in float32.
     */
    private static void closeTo(String what, Norm norm, double error, double expected) {
        double tolerance =
                switch (norm) {
                    case ELEMENTWISE_L1, ELEMENTWISE_L2 -> 0.2 * expected;
                    case COSINE -> 1e-6;
                    default -> 5e-4 * expected;
                };
        assertThat(error).as(what).isCloseTo(expected, within(tolerance));
    }

    private void checkHidden() {
        long[] steps = golden.longs("hidden_steps");
        Tensor expected = golden.tensor("hidden");
        for (int i = 0; i < steps.length; i++) {
            Tensor actual = replayed.hidden.get((int) steps[i]);
            Golden.assertClose(
                    "hidden state of step " + steps[i],
                    actual,
                    expected.rows(i, i + 1).reshape(actual.shape()),
                    TOLERANCE);
        }
    }

    private void checkLatents(Generated generated) {
        long[] at = golden.longs(golden.has("eps_steps") ? "eps_steps" : "steps");
        Tensor latents = golden.tensor("latents");
        for (int i = 0; i < at.length; i++) {
            Golden.assertClose(
                    "latents after step " + at[i],
                    generated.stepLatents().get((int) at[i]),
                    latents.rows(i, i + 1),
                    TOLERANCE);
        }
        if (golden.has("final")) {
            Golden.assertClose(
                    "final latents", generated.latents(), golden.tensor("final"), TOLERANCE);
        }
    }

    private static int[] ints(long[] values, int from, int to) {
        return Arrays.stream(values, from, to).mapToInt(Math::toIntExact).toArray();
    }
}
