package org.clusca.engine.trunk;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.onnx.DeviceTensor;
import org.jspecify.annotations.Nullable;

/** The tokens that branches compute at one step, as inputs of the graph. */
final class TokenInputs {
    private final StepTensors inputs;
    private final MergeMemory merges;
    private final TrunkForm form;
    private final List<Branch> branches;
    private final int batch;
    private final Map<Integer, DeviceTensor> every = new HashMap<>();

    TokenInputs(
            StepTensors inputs,
            MergeMemory merges,
            TrunkForm form,
            List<Branch> branches,
            int batch) {
        this.inputs = inputs;
        this.merges = merges;
        this.form = form;
        this.branches = branches;
        this.batch = batch;
    }

    /** What branches that could be refreshed read where they are not. */
    void nothingChosen() {
        if (form.tokens().isEmpty()) {
            return;
        }
        DeviceTensor none = inputs.longs(StepTensors.longs(0), batch, 0, 2);
        DeviceTensor chose = inputs.booleans(chose(new int[batch][1]), batch, 1, 1);
        DeviceTensor unused = inputs.view(Tensor.zeros(1, 1, 1));
        for (int i = 0; i < branches.size(); i++) {
            if (form.refreshes(branches.get(i).id())) {
                inputs.put(TrunkInputs.tokens(i), none);
                if (form.order() >= 0) {
                    inputs.put(TrunkInputs.spread(i), unused);
                    inputs.put(TrunkInputs.keep(i), unused);
                }
            }
            if (form.tokenDistances(branches.get(i).id())) {
                inputs.put(TrunkInputs.distances(i), unused);
            }
            if (form.kept(branches.get(i).id()).refreshed()) {
                inputs.put(TrunkInputs.chose(i), chose);
            }
        }
    }

    /** All tokens of a branch, at a step after others at which some were computed. */
    void all(int index, FeatureSlot slot, StepContext step) {
        Branch branch = branches.get(index);
        if (form.tokenDistances(branch.id())) {
            inputs.view(TrunkInputs.distances(index), slot.tokenDistances(step));
        }
        if (form.refreshes(branch.id())) {
            inputs.put(
                    TrunkInputs.tokens(index),
                    every.computeIfAbsent(branch.tokens(), this::everyToken));
        }
    }

    /**
     * Some tokens of a branch.
     *
     * @return whether they move others
     */
    boolean chosen(int index, Action.ComputeTokens action) {
        Branch branch = branches.get(index);
        int[][] chosen = action.tokens();
        int n = Arrays.stream(chosen).mapToInt(row -> row.length).max().orElse(0);
        // a row that computes nothing beside rows that do has nothing to repeat
        boolean ragged = n > 0 && Arrays.stream(chosen).anyMatch(row -> row.length == 0);
        inputs.put(TrunkInputs.tokens(index), indices(chosen, n));
        if (ragged && form.kept(branch.id()).refreshed()) {
            inputs.booleans(TrunkInputs.chose(index), chose(chosen), batch, 1, 1);
        }
        if (form.order() < 0 || !MergeWeights.moves(action.merge()) && !ragged) {
            return false;
        }
        MergeMemory.Entry weights = merges.write(index, branch.tokens(), n, action.merge(), chosen);
        inputs.put(TrunkInputs.keep(index), weights.keep());
        inputs.put(TrunkInputs.spread(index), weights.spread());
        return true;
    }

    /**
     * The tokens that are renewed in what the last layer reads.
     *
     * @param chosen null where all are, or none
     */
    void refreshed(int @Nullable [][] chosen) {
        ByteBuffer some = StepTensors.bytes(1);
        some.put(0, (byte) (chosen == null ? 0 : 1));
        inputs.flags(TrunkInputs.REFRESH, some, 1);
        int[][] tokens = chosen == null ? new int[batch][0] : chosen;
        int n = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElse(0);
        inputs.put(TrunkInputs.REFRESHED, indices(tokens, n));
    }

    /** Batch rows and tokens, {@code [batch, n, 2]}. */
    private DeviceTensor indices(int[][] chosen, int n) {
        LongBuffer indices = StepTensors.longs(2 * batch * n);
        for (int b = 0; b < batch; b++) {
            for (int j = 0; j < n; j++) {
                // a shorter row computes one of its tokens again, which changes nothing
                int token =
                        chosen[b].length == 0 ? 0 : chosen[b][Math.min(j, chosen[b].length - 1)];
                indices.put(2 * (b * n + j), b);
                indices.put(2 * (b * n + j) + 1, token);
            }
        }
        return inputs.longs(indices, batch, n, 2);
    }

    /** Which rows have chosen any tokens. */
    private static ByteBuffer chose(int[][] chosen) {
        ByteBuffer chose = StepTensors.bytes(chosen.length);
        for (int[] row : chosen) {
            chose.put((byte) (row.length == 0 ? 0 : 1));
        }
        return chose.flip();
    }

    private DeviceTensor everyToken(int tokens) {
        LongBuffer indices = StepTensors.longs(2 * batch * tokens);
        for (int i = 0; i < batch * tokens; i++) {
            indices.put(2 * i, i / tokens);
            indices.put(2 * i + 1, i % tokens);
        }
        return inputs.longs(indices, batch, tokens, 2);
    }
}
