package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.ElementType;

/**
 * The cached features of one generation: a slot for every branch, one after them for the hidden
 * state that the last layer reads, and the attention of parallel branches that are refreshed on
 * some tokens.
 */
final class FeatureCache implements AutoCloseable {
    private final List<FeatureSlot> slots = new ArrayList<>();
    private final Map<Integer, FeatureSlot> mixed = new HashMap<>();
    private final int branches;
    private final long bytes;

    FeatureCache(
            Device device,
            Requirements requirements,
            CachePrecision precision,
            TransformerSpec spec,
            int batch) {
        branches = spec.branches().size();
        bytes = bytes(requirements, precision, spec, batch);
        try {
            for (int i = 0; i < branches; i++) {
                Branch branch = spec.branches().get(i);
                int[] shape = {batch, branch.tokens(), branch.width()};
                slots.add(new FeatureSlot(device, precision.type(), requirements.order(), shape));
                if (keepsMixed(requirements, branch)) {
                    mixed.put(i, new FeatureSlot(device, ElementType.FLOAT32, 0, shape));
                }
            }
            int width = spec.branches().get(branches - 1).width();
            int[] last = {batch, spec.tokens(Stream.IMAGE), width};
            slots.add(
                    new FeatureSlot(device, precision.type(), TrunkForm.last(requirements), last));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static boolean keepsMixed(Requirements requirements, Branch branch) {
        return branch.id().kind() == BranchKind.PARALLEL
                && requirements.refreshes(BranchKind.PARALLEL);
    }

    /** Memory that such a cache takes. */
    static long bytes(
            Requirements requirements, CachePrecision precision, TransformerSpec spec, long batch) {
        long features = 0;
        long attention = 0;
        for (Branch branch : spec.branches()) {
            long size = (long) branch.tokens() * branch.width();
            features += size * (requirements.order() + 1);
            attention += keepsMixed(requirements, branch) ? size : 0;
        }
        int width = spec.branches().get(spec.branches().size() - 1).width();
        features += (long) spec.tokens(Stream.IMAGE) * width * (TrunkForm.last(requirements) + 1);
        return 2 * batch * (features * precision.bytes() + attention * Float.BYTES);
    }

    long bytes() {
        return bytes;
    }

    FeatureSlot slot(int branch) {
        return slots.get(branch);
    }

    /** Of the hidden state that the last layer reads. */
    FeatureSlot last() {
        return slots.get(branches);
    }

    void feed(Map<String, DeviceTensor> inputs) {
        for (int slot = 0; slot < slots.size(); slot++) {
            for (int i = 0; i <= slots.get(slot).order(); i++) {
                inputs.put(TrunkInputs.feature(slot, i), slots.get(slot).current(i));
            }
        }
        mixed.forEach((branch, slot) -> inputs.put(TrunkInputs.mixed(branch), slot.current(0)));
    }

    /** Asks for what the plan makes anew. */
    void request(StepPlan plan, TrunkGraph graph, Map<String, DeviceTensor> outputs) {
        for (int i = 0; i < plan.actions().size(); i++) {
            TrunkGraph.FeatureOutputs names = graph.outputs(i);
            FeatureSlot slot = slots.get(i);
            switch (Written.by(plan, i)) {
                case ALL -> {
                    all(slot, names.computed(), outputs);
                    FeatureSlot attention = mixed.get(i);
                    if (attention != null) {
                        outputs.put(names.mixed(), attention.spare(0));
                    }
                }
                case MERGED -> outputs.put(names.merged(), slot.spare(0));
                case NOTHING -> {}
            }
        }
        if (!plan.skipsTrunk()) {
            all(last(), graph.last(), outputs);
        }
    }

    private static void all(
            FeatureSlot slot, List<String> names, Map<String, DeviceTensor> outputs) {
        for (int order = 0; order <= slot.order(); order++) {
            outputs.put(names.get(order), slot.spare(order));
        }
    }

    /** Takes over what the run has written. */
    void commit(StepContext step, StepPlan plan) {
        for (int i = 0; i < plan.actions().size(); i++) {
            FeatureSlot slot = slots.get(i);
            switch (Written.by(plan, i)) {
                case ALL -> {
                    slot.computed(step, plan.actions().get(i).full().orElseThrow().restart());
                    FeatureSlot attention = mixed.get(i);
                    if (attention != null) {
                        attention.computed(step, true);
                    }
                }
                case MERGED -> slot.merged();
                case NOTHING -> {}
            }
        }
        if (!plan.skipsTrunk()) {
            last().computed(step, plan.restarts());
        }
    }

    @Override
    public void close() {
        slots.forEach(FeatureSlot::close);
        mixed.values().forEach(FeatureSlot::close);
    }
}
