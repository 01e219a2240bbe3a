package org.clusca.engine.trunk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.jspecify.annotations.Nullable;

/** Turns the plan of one step into inputs of the graph; closed after the step. */
final class StepInputs implements AutoCloseable {
    private final TrunkForm form;
    private final TransformerSpec spec;
    private final List<Branch> branches;
    private final StepTensors inputs;
    private final TokenInputs tokens;
    private final Coefficients coefficients;

    /** By order, then by slot: the branches, then the places. */
    private final Tensor[] rates;

    StepInputs(
            Device device,
            TrunkForm form,
            TransformerSpec spec,
            int batch,
            StepContext step,
            StepPlan plan,
            FeatureCache cache,
            MergeMemory merges) {
        this.form = form;
        this.spec = spec;
        branches = spec.branches();
        inputs = new StepTensors(device);
        tokens = new TokenInputs(inputs, merges, form, branches, batch);
        int slots = branches.size() + cache.places().size();
        coefficients = new Coefficients(form.highest() + 1, slots);
        rates = new Tensor[coefficients.orders()];
        Arrays.setAll(rates, order -> Tensor.zeros(slots));
        if (!form.switches()) {
            return;
        }
        try {
            fill(step, plan, cache);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void fill(StepContext step, StepPlan plan, FeatureCache cache) {
        int count = branches.size();
        ByteBuffer compute = StepTensors.bytes(count);
        ByteBuffer some = StepTensors.bytes(count);
        ByteBuffer spreading = StepTensors.bytes(count);
        ByteBuffer correcting = StepTensors.bytes(count);
        ByteBuffer verify = StepTensors.bytes(count);
        tokens.nothingChosen();
        for (int i = 0; i < plan.actions().size(); i++) {
            Action action = plan.actions().get(i);
            if (action.full().isPresent() || !plan.forecasts(branches.get(i).id())) {
                action.match(
                        new BranchInputs(
                                i,
                                cache.slot(i),
                                step,
                                compute,
                                some,
                                spreading,
                                correcting,
                                verify));
            }
        }
        if (!cache.places().isEmpty()) {
            places(step, plan, cache);
        }
        if (form.refreshesTrunk()) {
            tokens.refreshed(plan.refreshed());
        }
        inputs.flags(TrunkInputs.COMPUTE, compute, count);
        if (form.verifies()) {
            inputs.flags(TrunkInputs.VERIFY, verify, count);
        }
        if (!form.tokens().isEmpty()) {
            inputs.flags(TrunkInputs.SOME, some, count);
            inputs.flags(TrunkInputs.SPREADING, spreading, count);
        }
        if (form.corrects()) {
            inputs.flags(TrunkInputs.CORRECTING, correcting, count);
        }
        for (int order = 0; order < coefficients.orders(); order++) {
            Tensor factors =
                    form.perChannel() ? coefficients.channels(order) : coefficients.order(order);
            inputs.view(TrunkInputs.coefficient(order), factors);
            if (order > 0) {
                inputs.view(TrunkInputs.rate(order), rates[order]);
            }
        }
    }

    private void places(StepContext step, StepPlan plan, FeatureCache cache) {
        int count = branches.size();
        List<PlaceSlot> places = cache.places();
        ByteBuffer forecast = StepTensors.bytes(count + places.size());
        for (int i = 0; i < count; i++) {
            forecast.put(i, flag(plan.forecasts(branches.get(i).id())));
        }
        for (int i = 0; i < places.size(); i++) {
            Forecast of = plan.forecasts().get(places.get(i).place());
            FeatureSlot slot = cache.slot(count + i);
            forecast.put(count + i, flag(of != null));
            if (of == null) {
                rates(count + i, slot, step, plan.restarts());
            } else {
                boolean grid = form.banded() && places.get(i).stream() == Stream.IMAGE;
                coefficients.predict(
                        count + i, places.get(i).width(), grid, of, step, slot.history());
            }
        }
        if (form.banded()) {
            bands(places);
        }
        inputs.flags(TrunkInputs.FORECAST, forecast, count + places.size());
    }

    private void bands(List<PlaceSlot> places) {
        int count = branches.size();
        ByteBuffer on = StepTensors.bytes(count + places.size());
        for (int order = 0; order < coefficients.orders(); order++) {
            inputs.view(TrunkInputs.low(order), coefficients.low(order));
        }
        for (int i = 0; i < places.size(); i++) {
            int slot = count + i;
            Forecast.Banded forecast = coefficients.banded().get(slot);
            on.put(slot, flag(forecast != null));
            if (places.get(i).stream() == Stream.IMAGE) {
                Bands bands =
                        forecast == null
                                ? Bands.NONE
                                : Bands.of(
                                        forecast,
                                        places.get(i).tokens(),
                                        spec.latentFrames(),
                                        spec.gridWidth());
                inputs.view(TrunkInputs.rows(slot), bands.rows());
                inputs.view(TrunkInputs.columns(slot), bands.columns());
                inputs.view(TrunkInputs.mask(slot), bands.mask());
            }
        }
        inputs.flags(TrunkInputs.BANDED, on, count + places.size());
    }

    private static byte flag(boolean on) {
        return (byte) (on ? 1 : 0);
    }

    Map<String, DeviceTensor> inputs() {
        return inputs.all();
    }

    /** What one branch's action becomes. */
    @SuppressWarnings("NullAway") // the one value of Void is null
    private final class BranchInputs implements Action.Cases<@Nullable Void> {
        private final int index;
        private final FeatureSlot slot;
        private final StepContext step;
        private final ByteBuffer compute;
        private final ByteBuffer some;
        private final ByteBuffer spreading;
        private final ByteBuffer correcting;
        private final ByteBuffer verify;

        BranchInputs(
                int index,
                FeatureSlot slot,
                StepContext step,
                ByteBuffer compute,
                ByteBuffer some,
                ByteBuffer spreading,
                ByteBuffer correcting,
                ByteBuffer verify) {
            this.index = index;
            this.slot = slot;
            this.step = step;
            this.compute = compute;
            this.some = some;
            this.spreading = spreading;
            this.correcting = correcting;
            this.verify = verify;
        }

        @Override
        public @Nullable Void compute(Action.Compute action) {
            compute.put(index, (byte) 1);
            rates(index, slot, step, action.restart());
            tokens.all(index, slot, step);
            return null;
        }

        @Override
        public @Nullable Void computeTokens(Action.ComputeTokens action) {
            some.put(index, (byte) 1);
            predicted(action.forecast());
            correcting.put(index, flag(action.merge().corrects()));
            spreading.put(index, flag(tokens.chosen(index, action)));
            return null;
        }

        @Override
        public @Nullable Void predict(Action.Predict action) {
            predicted(action.forecast());
            return null;
        }

        @Override
        public @Nullable Void verify(Action.Verify action) {
            verify.put(index, (byte) 1);
            predicted(action.forecast());
            tokens.all(index, slot, step);
            return null;
        }

        private void predicted(Forecast forecast) {
            int width = branches.get(index).width();
            coefficients.predict(index, width, false, forecast, step, slot.history());
        }
    }

    private void rates(int index, FeatureSlot slot, StepContext step, boolean restart) {
        for (int order = 1; order <= slot.order(); order++) {
            rates[order].data().put(index, slot.rate(order, step, restart));
        }
    }

    @Override
    public void close() {
        inputs.close();
    }
}
