package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * The cached features of one generation: a slot for every branch, after them those of places that
 * are forecast as one, and the attention of parallel branches that are refreshed on some tokens.
 */
final class FeatureCache implements AutoCloseable {
    private final List<FeatureSlot> slots = new ArrayList<>();
    private final AttentionCache attention;
    private final TrunkForm form;
    private final List<Branch> branches;
    private final List<PlaceSlot> places;
    private final Optional<FeatureSlot> state;
    private final long bytes;

    FeatureCache(Device device, TrunkForm form, TransformerSpec spec, int batch) {
        this.form = form;
        branches = spec.branches();
        places = PlaceSlot.of(form.places(), spec);
        bytes = bytes(form, spec, batch);
        attention = new AttentionCache(device, form, branches, batch);
        try {
            for (int i = 0; i < branches.size(); i++) {
                Branch branch = branches.get(i);
                int[] shape = {batch, branch.tokens(), branch.width()};
                slots.add(
                        new FeatureSlot(
                                device, form.featureType(), form.order(branch.id()), shape));
            }
            for (PlaceSlot place : places) {
                int[] shape = {batch, place.tokens(), place.width()};
                slots.add(new FeatureSlot(device, form.featureType(), place.order(), shape));
            }
            state =
                    form.refreshesTrunk()
                            ? Optional.of(
                                    new FeatureSlot(
                                            device,
                                            ElementType.FLOAT32,
                                            0,
                                            batch,
                                            spec.tokens(Stream.IMAGE),
                                            spec.branches().get(0).width()))
                            : Optional.empty();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Memory that such a cache takes. */
    static long bytes(TrunkForm form, TransformerSpec spec, long batch) {
        long features = 0;
        for (Branch branch : spec.branches()) {
            long size = (long) branch.tokens() * branch.width();
            features += size * (form.order(branch.id()) + 1);
        }
        for (PlaceSlot place : PlaceSlot.of(form.places(), spec)) {
            features += (long) place.tokens() * place.width() * (place.order() + 1);
        }
        long state =
                form.refreshesTrunk()
                        ? (long) spec.tokens(Stream.IMAGE) * spec.branches().get(0).width()
                        : 0;
        return batch
                * (2 * features * form.precision().bytes()
                        + 2 * state * Float.BYTES
                        + AttentionCache.bytes(form, spec.branches()));
    }

    long bytes() {
        return bytes;
    }

    /** Of a branch, or behind the branches of a place. */
    FeatureSlot slot(int index) {
        return slots.get(index);
    }

    /** What is kept of places, in the order of their slots. */
    List<PlaceSlot> places() {
        return places;
    }

    void feed(Map<String, DeviceTensor> inputs) {
        for (int slot = 0; slot < slots.size(); slot++) {
            for (int i = 0; i <= slots.get(slot).order(); i++) {
                inputs.put(TrunkInputs.feature(slot, i), slots.get(slot).current(i));
            }
        }
        attention.feed(inputs);
        state.ifPresent(own -> inputs.put(TrunkInputs.STATE, own.current(0)));
    }

    /** Asks for what the plan makes anew. */
    void request(StepPlan plan, TrunkGraph graph, Map<String, DeviceTensor> outputs) {
        for (int i = 0; i < plan.actions().size(); i++) {
            TrunkGraph.FeatureOutputs names = graph.outputs(i);
            FeatureSlot slot = slots.get(i);
            Written written = Written.by(plan, branches.get(i), i);
            attention.request(i, plan.actions().get(i), written, names.attention(), outputs);
            switch (written) {
                case ALL -> all(slot, names.computed(), outputs);
                case MERGED -> {
                    if (slot.order() >= 0) {
                        outputs.put(names.merged(), slot.spare(0));
                    }
                }
                case NOTHING -> {}
            }
        }
        for (int i = 0; i < places.size(); i++) {
            if (plan.computes(places.get(i).place())) {
                all(slots.get(branches.size() + i), graph.place(i), outputs);
            }
        }
        state.ifPresent(own -> outputs.put(graph.state(), own.spare(0)));
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
            Written written = Written.by(plan, branches.get(i), i);
            attention.commit(i, plan.actions().get(i), written);
            if (written != Written.NOTHING) {
                plan.actions()
                        .get(i)
                        .match(new Commit(slot, step, form.tokenDistances(branches.get(i).id())));
            }
        }
        for (int i = 0; i < places.size(); i++) {
            if (plan.computes(places.get(i).place())) {
                slots.get(branches.size() + i).computed(step, plan.restarts());
            }
        }
        if (!plan.skipsNetwork()) {
            state.ifPresent(FeatureSlot::merged);
        }
    }

    /**
     * What a branch's slot takes over.
     *
     * @param tokenDistances whether the slot is asked when tokens were computed
     */
    @SuppressWarnings("NullAway") // the one value of Void is null
    private record Commit(FeatureSlot slot, StepContext step, boolean tokenDistances)
            implements Action.Cases<@Nullable Void> {
        @Override
        public @Nullable Void compute(Action.Compute action) {
            slot.computed(step, action.restart());
            return null;
        }

        @Override
        public @Nullable Void computeTokens(Action.ComputeTokens action) {
            slot.merged();
            if (tokenDistances) {
                slot.remember(step, action.tokens());
            }
            return null;
        }

        @Override
        public @Nullable Void predict(Action.Predict action) {
            return null;
        }

        @Override
        public @Nullable Void verify(Action.Verify action) {
            return null;
        }
    }

    @Override
    public void close() {
        slots.forEach(FeatureSlot::close);
        attention.close();
        state.ifPresent(FeatureSlot::close);
    }
}
