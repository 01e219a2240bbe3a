package org.clusca.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;

/** Turns the plan of one step into inputs of the graph; closed after the step. */
final class StepInputs implements AutoCloseable {
    private final OnnxEnvironment environment;
    private final Requirements requirements;
    private final List<Branch> branches;
    private final int batch;
    private final Map<String, NativeTensor> inputs = new HashMap<>();
    private final List<NativeTensor> owned = new ArrayList<>();
    private final Map<Integer, NativeTensor> all = new HashMap<>();

    /** By order, then by slot: the branches, then the last hidden state. */
    private final Tensor[] coefficients;

    private final Tensor[] rates;

    StepInputs(
            OnnxEnvironment environment,
            Requirements requirements,
            List<Branch> branches,
            int batch,
            int step,
            StepPlan plan,
            FeatureCache cache) {
        this.environment = environment;
        this.requirements = requirements;
        this.branches = branches;
        this.batch = batch;
        new PlanCheck(requirements, branches, batch, step).check(plan, cache);
        int orders = Math.max(requirements.order(), requirements.last()) + 1;
        coefficients = new Tensor[orders];
        rates = new Tensor[orders];
        Arrays.setAll(coefficients, order -> Tensor.zeros(branches.size() + 1));
        Arrays.setAll(rates, order -> Tensor.zeros(branches.size() + 1));
        if (!requirements.keeps()) {
            return;
        }
        try {
            fill(step, plan, cache);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void fill(int step, StepPlan plan, FeatureCache cache) {
        int count = branches.size();
        ByteBuffer compute = bytes(count);
        ByteBuffer some = bytes(count);
        ByteBuffer spreading = bytes(count);
        nothingChosen();
        for (int i = 0; i < plan.actions().size(); i++) {
            Branch branch = branches.get(i);
            FeatureSlot slot = cache.slot(i);
            Action action = plan.actions().get(i);
            if (action instanceof Action.Compute full) {
                compute.put(i, (byte) 1);
                rates(i, slot, step, full.restart());
                if (requirements.refreshes(branch.id().kind())) {
                    inputs.put(
                            TrunkInputs.tokens(i),
                            all.computeIfAbsent(branch.tokens(), this::everyToken));
                }
            } else if (plan.skip()) {
                continue;
            } else if (action instanceof Action.ComputeTokens part) {
                some.put(i, (byte) 1);
                predict(i, part.predictor(), slot, step);
                spreading.put(i, (byte) (refresh(i, branch, part) ? 1 : 0));
            } else if (action instanceof Action.Predict prediction) {
                predict(i, prediction.predictor(), slot, step);
            }
        }
        if (requirements.skips()) {
            ByteBuffer skip = bytes(1);
            skip.put(0, (byte) (plan.skip() ? 1 : 0));
            inputs.put(TrunkInputs.SKIP, own(NativeTensor.booleans(environment, skip, 1)));
            plan.last()
                    .ifPresentOrElse(
                            predictor -> predict(count, predictor, cache.last(), step),
                            () ->
                                    rates(
                                            count,
                                            cache.last(),
                                            step,
                                            FeatureCache.restartsLast(plan)));
        }
        inputs.put(TrunkInputs.COMPUTE, own(NativeTensor.booleans(environment, compute, count)));
        if (!requirements.tokens().isEmpty()) {
            inputs.put(TrunkInputs.SOME, own(NativeTensor.booleans(environment, some, count)));
            inputs.put(
                    TrunkInputs.SPREADING,
                    own(NativeTensor.booleans(environment, spreading, count)));
        }
        for (int order = 0; order < coefficients.length; order++) {
            inputs.put(
                    TrunkInputs.coefficient(order),
                    own(NativeTensor.of(environment, coefficients[order])));
            if (order > 0) {
                inputs.put(
                        TrunkInputs.rate(order), own(NativeTensor.of(environment, rates[order])));
            }
        }
    }

    /** What branches that could be refreshed read where they are not. */
    private void nothingChosen() {
        if (requirements.tokens().isEmpty()) {
            return;
        }
        NativeTensor none = own(NativeTensor.of(environment, longs(0), batch, 0, 2));
        NativeTensor unused = own(NativeTensor.of(environment, Tensor.zeros(1, 1, 1)));
        for (int i = 0; i < branches.size(); i++) {
            if (requirements.refreshes(branches.get(i).id().kind())) {
                inputs.put(TrunkInputs.tokens(i), none);
                inputs.put(TrunkInputs.spread(i), unused);
                inputs.put(TrunkInputs.keep(i), unused);
            }
        }
    }

    Map<String, NativeTensor> inputs() {
        return inputs;
    }

    private void rates(int index, FeatureSlot slot, int step, boolean restart) {
        for (int order = 1; order <= slot.order(); order++) {
            rates[order].data().put(index, slot.rate(order, step, restart));
        }
    }

    private void predict(int index, Predictor predictor, FeatureSlot slot, int step) {
        double[] factors = predictor.coefficients(slot.distance(step));
        if (factors.length > slot.order() + 1) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A predictor reads order "
                            + (factors.length - 1)
                            + ", the policy declared that it keeps "
                            + slot.order()
                            + "; this is a fault of the policy.");
        }
        if (factors.length == 0 || factors[0] == 0) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A predictor gives order 0 no weight: what does not change would not be predicted as it is; this is a"
                            + " fault of the policy.");
        }
        // the graph multiplies the sum by the factor of order 0
        coefficients[0].data().put(index, (float) factors[0]);
        for (int order = 1; order < factors.length; order++) {
            coefficients[order].data().put(index, (float) (factors[order] / factors[0]));
        }
    }

    /**
     * @return whether the computed tokens move others
     */
    private boolean refresh(int branch, Branch spec, Action.ComputeTokens action) {
        int[][] chosen = action.tokens();
        int n = Arrays.stream(chosen).mapToInt(row -> row.length).max().orElse(0);
        // a row that computes nothing beside rows that do has nothing to repeat
        boolean ragged = n > 0 && Arrays.stream(chosen).anyMatch(row -> row.length == 0);
        LongBuffer indices = longs(2 * batch * n);
        for (int b = 0; b < batch; b++) {
            for (int j = 0; j < n; j++) {
                // a shorter row computes one of its tokens again, which changes nothing
                int token =
                        chosen[b].length == 0 ? 0 : chosen[b][Math.min(j, chosen[b].length - 1)];
                indices.put(2 * (b * n + j), b);
                indices.put(2 * (b * n + j) + 1, token);
            }
        }
        inputs.put(
                TrunkInputs.tokens(branch),
                own(NativeTensor.of(environment, indices, batch, n, 2)));
        boolean moves = action.merge() instanceof Merge.Propagate merge && merge.ratio() > 0;
        if (!moves && !ragged) {
            return false;
        }
        MergeWeights weights = MergeWeights.of(action.merge(), chosen, n, spec.tokens());
        inputs.put(TrunkInputs.keep(branch), own(NativeTensor.of(environment, weights.keep())));
        inputs.put(TrunkInputs.spread(branch), own(NativeTensor.of(environment, weights.spread())));
        return true;
    }

    private NativeTensor everyToken(int tokens) {
        LongBuffer indices = longs(2 * batch * tokens);
        for (int i = 0; i < batch * tokens; i++) {
            indices.put(2 * i, i / tokens);
            indices.put(2 * i + 1, i % tokens);
        }
        return own(NativeTensor.of(environment, indices, batch, tokens, 2));
    }

    private NativeTensor own(NativeTensor tensor) {
        owned.add(tensor);
        return tensor;
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
    }

    private static LongBuffer longs(int count) {
        return ByteBuffer.allocateDirect(8 * count).order(ByteOrder.nativeOrder()).asLongBuffer();
    }

    @Override
    public void close() {
        owned.forEach(NativeTensor::close);
    }
}
