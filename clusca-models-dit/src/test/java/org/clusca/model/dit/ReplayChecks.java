package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cluster.Clustering;
import org.clusca.engine.Generated;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;

/** Compares a replayed run with what was recorded of the original, as far as the file holds it. */
record ReplayChecks(SafetensorsFile golden, ReplayRecorder replayed) {
    private static final double TOLERANCE = 1e-4;

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
