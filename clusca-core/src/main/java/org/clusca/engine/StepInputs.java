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
import org.clusca.api.model.BranchKind;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;

/** Turns the actions of one step into inputs of the graph; closed after the step. */
final class StepInputs implements AutoCloseable {
    private final OnnxEnvironment environment;
    private final Map<String, NativeTensor> inputs = new HashMap<>();
    private final List<NativeTensor> owned = new ArrayList<>();
    private final Map<Integer, NativeTensor> all = new HashMap<>();
    private final int batch;

    StepInputs(
            OnnxEnvironment environment,
            Requirements requirements,
            List<Branch> branches,
            int batch,
            int step,
            StepPlan plan,
            FeatureCache cache) {
        this.environment = environment;
        this.batch = batch;
        check(requirements, branches, batch, plan, cache, step);
        if (requirements.order() < 0) {
            return;
        }
        try {
            fill(requirements, branches, step, plan, cache);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void fill(
            Requirements requirements,
            List<Branch> branches,
            int step,
            StepPlan plan,
            FeatureCache cache) {
        int count = branches.size();
        ByteBuffer compute = bytes(count);
        ByteBuffer some = bytes(count);
        Tensor[] coefficients = new Tensor[requirements.order() + 1];
        Tensor[] rates = new Tensor[requirements.order() + 1];
        for (int order = 0; order <= requirements.order(); order++) {
            coefficients[order] = Tensor.zeros(count);
            rates[order] = Tensor.zeros(count);
        }
        NativeTensor none =
                requirements.tokens()
                        ? own(NativeTensor.of(environment, longs(0), batch, 0, 1))
                        : null;
        NativeTensor unused =
                requirements.tokens()
                        ? own(NativeTensor.of(environment, Tensor.zeros(1, 1, 1)))
                        : null;
        for (int i = 0; i < count; i++) {
            Branch branch = branches.get(i);
            Action action = plan.actions().get(i);
            boolean gathers = requirements.tokens() && branch.id().kind() == BranchKind.MLP;
            if (gathers) {
                inputs.put(TrunkGraph.tokens(i), none);
                inputs.put(TrunkGraph.spread(i), unused);
                inputs.put(TrunkGraph.keep(i), unused);
            }
            if (action instanceof Action.Compute full) {
                compute.put(i, (byte) 1);
                for (int order = 1; order <= requirements.order(); order++) {
                    rates[order].data().put(i, cache.rate(i, order, step, full));
                }
                if (gathers) {
                    inputs.put(
                            TrunkGraph.tokens(i),
                            all.computeIfAbsent(branch.tokens(), this::everyToken));
                }
            } else if (action instanceof Action.ComputeTokens part) {
                some.put(i, (byte) 1);
                predict(i, part.predictor(), cache.distance(i, step), coefficients);
                refresh(i, branch, part);
            } else if (action instanceof Action.Predict prediction) {
                predict(i, prediction.predictor(), cache.distance(i, step), coefficients);
            }
        }
        inputs.put(TrunkGraph.COMPUTE, own(NativeTensor.booleans(environment, compute, count)));
        if (requirements.tokens()) {
            inputs.put(TrunkGraph.SOME, own(NativeTensor.booleans(environment, some, count)));
        }
        for (int order = 0; order <= requirements.order(); order++) {
            inputs.put(
                    TrunkGraph.coefficient(order),
                    own(NativeTensor.of(environment, coefficients[order])));
            if (order > 0) {
                inputs.put(TrunkGraph.rate(order), own(NativeTensor.of(environment, rates[order])));
            }
        }
    }

    Map<String, NativeTensor> inputs() {
        return inputs;
    }

    /** A policy that breaks its own declaration is told so before the graph is run. */
    private static void check(
            Requirements requirements,
            List<Branch> branches,
            int batch,
            StepPlan plan,
            FeatureCache cache,
            int step) {
        if (plan.actions().size() != branches.size()) {
            throw broken(
                    "planned "
                            + plan.actions().size()
                            + " actions for "
                            + branches.size()
                            + " branches",
                    step);
        }
        for (int i = 0; i < branches.size(); i++) {
            Action action = plan.actions().get(i);
            if (action instanceof Action.Compute) {
                continue;
            }
            String where = " for " + branches.get(i).id();
            if (requirements.order() < 0) {
                throw broken("keeps nothing but planned " + action + where, step);
            }
            if (!cache.holds(i)) {
                throw broken("planned to predict before anything was computed" + where, step);
            }
            if (action instanceof Action.ComputeTokens part) {
                if (!requirements.tokens() || branches.get(i).id().kind() != BranchKind.MLP) {
                    throw broken(
                            "planned to compute some tokens, which it did not declare or which mixes tokens,"
                                    + where,
                            step);
                }
                checkTokens(part, branches.get(i), batch, step);
            }
        }
    }

    private static void checkTokens(Action.ComputeTokens part, Branch branch, int batch, int step) {
        String where = " for " + branch.id();
        if (part.tokens().length != batch) {
            throw broken(
                    "chose tokens for " + part.tokens().length + " of " + batch + " rows" + where,
                    step);
        }
        for (int[] row : part.tokens()) {
            for (int token : row) {
                if (token < 0 || token >= branch.tokens()) {
                    throw broken("chose token " + token + " of " + branch.tokens() + where, step);
                }
            }
        }
        if (part.merge() instanceof Merge.Propagate merge) {
            int[][] labels = merge.labels();
            if (labels.length != batch
                    || Arrays.stream(labels).anyMatch(row -> row.length != branch.tokens())
                    || Arrays.stream(labels).flatMapToInt(Arrays::stream).anyMatch(l -> l < 0)) {
                throw broken(
                        "propagates by labels that are not one cluster for each of "
                                + branch.tokens()
                                + " tokens of "
                                + batch
                                + " rows"
                                + where,
                        step);
            }
        }
    }

    private static CluscaException broken(String what, int step) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE,
                "The cache policy "
                        + what
                        + " at step "
                        + step
                        + "; this is a fault of the policy.");
    }

    private static void predict(
            int branch, Predictor predictor, int distance, Tensor[] coefficients) {
        double[] factors = predictor.coefficients(distance);
        if (factors.length > coefficients.length) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A predictor reads order "
                            + (factors.length - 1)
                            + ", the policy declared that it keeps "
                            + (coefficients.length - 1)
                            + "; this is a fault of the policy.");
        }
        if (factors.length == 0 || factors[0] == 0) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A predictor gives order 0 no weight: what does not change would not be predicted as it is; this is a"
                            + " fault of the policy.");
        }
        // the graph multiplies the sum by the factor of order 0
        coefficients[0].data().put(branch, (float) factors[0]);
        for (int order = 1; order < factors.length; order++) {
            coefficients[order].data().put(branch, (float) (factors[order] / factors[0]));
        }
    }

    private void refresh(int branch, Branch spec, Action.ComputeTokens action) {
        int[][] chosen = action.tokens();
        int n = 0;
        for (int[] row : chosen) {
            n = Math.max(n, row.length);
        }
        LongBuffer indices = longs(batch * n);
        for (int b = 0; b < batch; b++) {
            for (int j = 0; j < n; j++) {
                indices.put(b * n + j, j < chosen[b].length ? chosen[b][j] : 0);
            }
        }
        MergeWeights weights = MergeWeights.of(action.merge(), chosen, n, spec.tokens());
        inputs.put(
                TrunkGraph.tokens(branch), own(NativeTensor.of(environment, indices, batch, n, 1)));
        inputs.put(TrunkGraph.keep(branch), own(NativeTensor.of(environment, weights.keep())));
        inputs.put(TrunkGraph.spread(branch), own(NativeTensor.of(environment, weights.spread())));
    }

    private NativeTensor everyToken(int tokens) {
        LongBuffer indices = longs(batch * tokens);
        for (int i = 0; i < batch * tokens; i++) {
            indices.put(i, i % tokens);
        }
        return own(NativeTensor.of(environment, indices, batch, tokens, 1));
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
