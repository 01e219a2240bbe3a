package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.Action;
import org.clusca.api.model.Branch;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.ElementType;

/** What is kept of the attention of branches that are computed on some tokens. */
final class AttentionCache implements AutoCloseable {
    /** Of no tokens attention is not run. */
    private static final Action.Cases<Boolean> ANY_TOKEN =
            new Action.Cases<>() {
                @Override
                public Boolean compute(Action.Compute action) {
                    return true;
                }

                @Override
                public Boolean computeTokens(Action.ComputeTokens action) {
                    return Arrays.stream(action.tokens()).anyMatch(row -> row.length > 0);
                }

                @Override
                public Boolean predict(Action.Predict action) {
                    return false;
                }

                @Override
                public Boolean verify(Action.Verify action) {
                    return false;
                }
            };

    private final TrunkForm form;
    private final List<Branch> branches;
    private final Map<Integer, List<FeatureSlot>> slots = new HashMap<>();

    AttentionCache(Device device, TrunkForm form, List<Branch> branches, int batch) {
        this.form = form;
        this.branches = branches;
        try {
            for (int i = 0; i < branches.size(); i++) {
                int[] shape = {batch, branches.get(i).tokens(), branches.get(i).width()};
                List<FeatureSlot> own = new ArrayList<>();
                slots.put(i, own);
                for (int kept = 0; kept < kept(i).count(); kept++) {
                    own.add(new FeatureSlot(device, ElementType.FLOAT32, 0, shape));
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private KeptAttention kept(int branch) {
        return form.kept(branches.get(branch).id());
    }

    /** Bytes of one batch row. */
    static long bytes(TrunkForm form, List<Branch> branches) {
        long numbers = 0;
        for (Branch branch : branches) {
            numbers += (long) branch.tokens() * branch.width() * form.kept(branch.id()).count();
        }
        return 2 * numbers * Float.BYTES;
    }

    private List<FeatureSlot> slots(int branch) {
        return slots.getOrDefault(branch, List.of());
    }

    void feed(Map<String, DeviceTensor> inputs) {
        for (int branch = 0; branch < branches.size(); branch++) {
            List<String> names = kept(branch).inputs(branch);
            for (int i = 0; i < names.size(); i++) {
                inputs.put(names.get(i), slots(branch).get(i).current(0));
            }
        }
    }

    /**
     * Asks for what a branch makes anew.
     *
     * @param names of the graph's outputs
     */
    void request(
            int branch,
            Action action,
            Written written,
            List<String> names,
            Map<String, DeviceTensor> outputs) {
        if (writes(branch, action, written)) {
            for (int i = 0; i < names.size(); i++) {
                outputs.put(names.get(i), slots(branch).get(i).spare(0));
            }
        }
    }

    /** Takes over what a run has written. */
    void commit(int branch, Action action, Written written) {
        if (writes(branch, action, written)) {
            slots(branch).forEach(FeatureSlot::merged);
        }
    }

    private boolean writes(int branch, Action action, Written written) {
        return switch (written) {
            case ALL -> true;
            case MERGED -> kept(branch).refreshed() && action.match(ANY_TOKEN);
            case NOTHING -> false;
        };
    }

    @Override
    public void close() {
        slots.values().forEach(own -> own.forEach(FeatureSlot::close));
    }
}
