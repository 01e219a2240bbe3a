package org.clusca.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.model.Branch;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;

/**
 * The cached features of one generation: for every branch its un-gated output (order 0) and the
 * divided differences, each in two buffers that swap, because a run may not write what it reads.
 */
final class FeatureCache implements AutoCloseable {
    private final List<Slot> slots = new ArrayList<>();
    private final int order;
    private final long bytes;

    /** One branch's features. */
    private static final class Slot {
        private final NativeTensor[] current;
        private final NativeTensor[] spare;

        /** Orders that hold something: 0 before the first computation. */
        private int filled;

        private int computedAt = -1;

        Slot(OnnxEnvironment environment, int order, int batch, Branch branch) {
            current = new NativeTensor[order + 1];
            spare = new NativeTensor[order + 1];
            // memory first, it may run out; the views of it, which somebody must close, after that
            Tensor[] memory = new Tensor[2 * (order + 1)];
            for (int i = 0; i < memory.length; i++) {
                memory[i] = Tensor.zeros(batch, branch.tokens(), branch.width());
            }
            for (int i = 0; i <= order; i++) {
                current[i] = NativeTensor.of(environment, memory[2 * i]);
                spare[i] = NativeTensor.of(environment, memory[2 * i + 1]);
            }
        }

        void swap(int i) {
            NativeTensor other = current[i];
            current[i] = spare[i];
            spare[i] = other;
        }
    }

    /**
     * @param order highest order kept; -1 keeps nothing
     */
    FeatureCache(OnnxEnvironment environment, int order, int batch, List<Branch> branches) {
        this.order = order;
        this.bytes = bytes(order, batch, branches);
        try {
            for (Branch branch : order < 0 ? List.<Branch>of() : branches) {
                slots.add(new Slot(environment, order, batch, branch));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Memory that such a cache takes. */
    static long bytes(int order, long batch, List<Branch> branches) {
        return branches.stream().mapToLong(b -> 4L * b.tokens() * b.width()).sum()
                * batch
                * 2
                * (order + 1);
    }

    long bytes() {
        return bytes;
    }

    /** Steps since the branch was last computed on all tokens; the branch must have been. */
    int distance(int branch, int step) {
        return step - slots.get(branch).computedAt;
    }

    boolean holds(int branch) {
        return slots.get(branch).filled > 0;
    }

    /**
     * Factor of the difference of order {@code i} at {@code step}: one over the distance, or 0
     * where there is nothing to subtract.
     */
    float rate(int branch, int i, int step, Action.Compute action) {
        Slot slot = slots.get(branch);
        return action.restart() || slot.filled < i ? 0 : 1f / (step - slot.computedAt);
    }

    void feed(Map<String, NativeTensor> inputs) {
        for (int branch = 0; branch < slots.size(); branch++) {
            for (int i = 0; i <= order; i++) {
                inputs.put(TrunkGraph.feature(branch, i), slots.get(branch).current[i]);
            }
        }
    }

    /** Asks for the features that {@code action} makes anew. */
    void request(
            int branch,
            Action action,
            TrunkGraph.FeatureOutputs names,
            Map<String, NativeTensor> outputs) {
        Slot slot = slots.get(branch);
        if (action instanceof Action.Compute) {
            for (int i = 0; i <= order; i++) {
                outputs.put(names.computed().get(i), slot.spare[i]);
            }
        } else if (action instanceof Action.ComputeTokens) {
            outputs.put(names.merged(), slot.spare[0]);
        }
    }

    /** Takes over what the run has written. */
    void commit(int branch, Action action, int step) {
        Slot slot = slots.get(branch);
        if (action instanceof Action.Compute compute) {
            for (int i = 0; i <= order; i++) {
                slot.swap(i);
            }
            slot.filled = compute.restart() ? 1 : Math.min(slot.filled + 1, order + 1);
            slot.computedAt = step;
        } else if (action instanceof Action.ComputeTokens) {
            slot.swap(0);
        }
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            for (int i = 0; i <= order; i++) {
                slot.current[i].close();
                slot.spare[i].close();
            }
        }
    }
}
