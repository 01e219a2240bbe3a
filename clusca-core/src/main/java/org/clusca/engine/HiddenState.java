package org.clusca.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepPlan;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The hidden state after the last block {@code [batch, tokens, channels]}, where a policy observes
 * it or skips steps by it: in two buffers that swap, allocated when first needed.
 */
final class HiddenState implements AutoCloseable {
    private final OnnxEnvironment environment;
    private final int[] shape;
    private final Tensor[] tensors = new Tensor[2];
    private final @Nullable NativeTensor[] views = new @Nullable NativeTensor[2];
    private @Nullable NativeTensor flag;
    private int current;
    private boolean held;

    HiddenState(OnnxEnvironment environment, int... shape) {
        this.environment = environment;
        this.shape = shape;
    }

    void bind(
            Requirements requirements,
            StepPlan plan,
            String output,
            Map<String, NativeTensor> in,
            Map<String, NativeTensor> out) {
        closeFlag();
        if (plan.skip() && !(requirements.skips() && held)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The cache policy skips the trunk "
                            + (requirements.skips()
                                    ? "before it ever ran"
                                    : "without having declared it")
                            + "; this is a fault of the policy.");
        }
        if (requirements.skips()) {
            ByteBuffer skip = ByteBuffer.allocateDirect(1).order(ByteOrder.nativeOrder());
            skip.put(0, (byte) (plan.skip() ? 1 : 0));
            NativeTensor view = NativeTensor.booleans(environment, skip, 1);
            flag = view;
            in.put(TrunkGraph.SKIP, view);
            in.put(TrunkGraph.EARLIER, view(current));
        }
        if (writes(requirements, plan)) {
            out.put(output, view(1 - current));
        }
    }

    /** After a run: what it wrote becomes current. */
    void commit(Requirements requirements, StepPlan plan) {
        if (writes(requirements, plan)) {
            current = 1 - current;
            held = true;
        }
    }

    private static boolean writes(Requirements requirements, StepPlan plan) {
        return (requirements.skips() && !plan.skip()) || (requirements.hidden() && plan.observe());
    }

    /** That of the last step that wrote it; empty when none did. */
    Tensor tensor() {
        return held ? tensors[current] : Tensor.zeros(0, 0, 0);
    }

    private NativeTensor view(int index) {
        NativeTensor view = views[index];
        if (view == null) {
            tensors[index] = Tensor.zeros(shape);
            view = NativeTensor.of(environment, tensors[index]);
            views[index] = view;
        }
        return view;
    }

    private void closeFlag() {
        if (flag != null) {
            flag.close();
            flag = null;
        }
    }

    @Override
    public void close() {
        closeFlag();
        for (NativeTensor view : views) {
            if (view != null) {
                view.close();
            }
        }
    }
}
