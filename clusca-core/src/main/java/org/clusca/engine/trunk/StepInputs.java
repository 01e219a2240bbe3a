package org.clusca.engine.trunk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
    private final Device device;
    private final TrunkForm form;
    private final TransformerSpec spec;
    private final List<Branch> branches;
    private final int batch;
    private final Map<String, DeviceTensor> inputs = new HashMap<>();
    private final List<DeviceTensor> owned = new ArrayList<>();
    private final Map<Integer, DeviceTensor> all = new HashMap<>();

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
            FeatureCache cache) {
        this.device = device;
        this.form = form;
        this.spec = spec;
        branches = spec.branches();
        this.batch = batch;
        int slots = branches.size() + cache.places().size();
        coefficients = new Coefficients(form.highest() + 1, slots);
        rates = new Tensor[coefficients.orders()];
        Arrays.setAll(rates, order -> Tensor.zeros(slots));
        if (!form.keeps()) {
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
        ByteBuffer compute = bytes(count);
        ByteBuffer some = bytes(count);
        ByteBuffer spreading = bytes(count);
        ByteBuffer verify = bytes(count);
        nothingChosen();
        for (int i = 0; i < plan.actions().size(); i++) {
            Action action = plan.actions().get(i);
            if (action.full().isPresent() || !plan.forecasts(branches.get(i).id())) {
                action.match(
                        new BranchInputs(i, cache.slot(i), step, compute, some, spreading, verify));
            }
        }
        if (!cache.places().isEmpty()) {
            places(step, plan, cache);
        }
        inputs.put(TrunkInputs.COMPUTE, own(device.booleans(compute, count)));
        if (form.verifies()) {
            inputs.put(TrunkInputs.VERIFY, own(device.booleans(verify, count)));
        }
        if (!form.tokens().isEmpty()) {
            inputs.put(TrunkInputs.SOME, own(device.booleans(some, count)));
            inputs.put(TrunkInputs.SPREADING, own(device.booleans(spreading, count)));
        }
        for (int order = 0; order < coefficients.orders(); order++) {
            Tensor factors =
                    form.perChannel() ? coefficients.channels(order) : coefficients.order(order);
            inputs.put(TrunkInputs.coefficient(order), own(device.view(factors)));
            if (order > 0) {
                inputs.put(TrunkInputs.rate(order), own(device.view(rates[order])));
            }
        }
    }

    private void places(StepContext step, StepPlan plan, FeatureCache cache) {
        int count = branches.size();
        List<PlaceSlot> places = cache.places();
        ByteBuffer forecast = bytes(count + places.size());
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
        inputs.put(TrunkInputs.FORECAST, own(device.booleans(forecast, count + places.size())));
    }

    private void bands(List<PlaceSlot> places) {
        int count = branches.size();
        ByteBuffer on = bytes(count + places.size());
        for (int order = 0; order < coefficients.orders(); order++) {
            inputs.put(TrunkInputs.low(order), own(device.view(coefficients.low(order))));
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
                inputs.put(TrunkInputs.rows(slot), own(device.view(bands.rows())));
                inputs.put(TrunkInputs.columns(slot), own(device.view(bands.columns())));
                inputs.put(TrunkInputs.mask(slot), own(device.view(bands.mask())));
            }
        }
        inputs.put(TrunkInputs.BANDED, own(device.booleans(on, count + places.size())));
    }

    private static byte flag(boolean on) {
        return (byte) (on ? 1 : 0);
    }

    /** What branches that could be refreshed read where they are not. */
    private void nothingChosen() {
        if (form.tokens().isEmpty()) {
            return;
        }
        DeviceTensor none = own(device.longs(longs(0), batch, 0, 2));
        DeviceTensor chose = own(device.booleans(chose(new int[batch][1]), batch, 1, 1));
        DeviceTensor unused = own(device.view(Tensor.zeros(1, 1, 1)));
        for (int i = 0; i < branches.size(); i++) {
            if (form.refreshes(branches.get(i).id())) {
                inputs.put(TrunkInputs.tokens(i), none);
                inputs.put(TrunkInputs.spread(i), unused);
                inputs.put(TrunkInputs.keep(i), unused);
            }
            if (form.kept(branches.get(i).id()).refreshed()) {
                inputs.put(TrunkInputs.chose(i), chose);
            }
        }
    }

    Map<String, DeviceTensor> inputs() {
        return inputs;
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
        private final ByteBuffer verify;

        BranchInputs(
                int index,
                FeatureSlot slot,
                StepContext step,
                ByteBuffer compute,
                ByteBuffer some,
                ByteBuffer spreading,
                ByteBuffer verify) {
            this.index = index;
            this.slot = slot;
            this.step = step;
            this.compute = compute;
            this.some = some;
            this.spreading = spreading;
            this.verify = verify;
        }

        @Override
        public @Nullable Void compute(Action.Compute action) {
            compute.put(index, (byte) 1);
            rates(index, slot, step, action.restart());
            chooseAll(index);
            return null;
        }

        @Override
        public @Nullable Void computeTokens(Action.ComputeTokens action) {
            some.put(index, (byte) 1);
            predicted(action.forecast());
            spreading.put(index, flag(refresh(index, branches.get(index), action)));
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
            chooseAll(index);
            return null;
        }

        private void predicted(Forecast forecast) {
            int width = branches.get(index).width();
            coefficients.predict(index, width, false, forecast, step, slot.history());
        }
    }

    private void chooseAll(int index) {
        Branch branch = branches.get(index);
        if (form.refreshes(branch.id())) {
            inputs.put(
                    TrunkInputs.tokens(index),
                    all.computeIfAbsent(branch.tokens(), this::everyToken));
        }
    }

    private void rates(int index, FeatureSlot slot, StepContext step, boolean restart) {
        for (int order = 1; order <= slot.order(); order++) {
            rates[order].data().put(index, slot.rate(order, step, restart));
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
        inputs.put(TrunkInputs.tokens(branch), own(device.longs(indices, batch, n, 2)));
        if (ragged && form.kept(spec.id()).refreshed()) {
            inputs.put(TrunkInputs.chose(branch), own(device.booleans(chose(chosen), batch, 1, 1)));
        }
        if (!MergeWeights.moves(action.merge()) && !ragged) {
            return false;
        }
        MergeWeights weights = MergeWeights.of(action.merge(), chosen, n, spec.tokens());
        inputs.put(TrunkInputs.keep(branch), own(device.view(weights.keep())));
        inputs.put(TrunkInputs.spread(branch), own(device.view(weights.spread())));
        return true;
    }

    /** Which rows have chosen any tokens. */
    private static ByteBuffer chose(int[][] chosen) {
        ByteBuffer chose = bytes(chosen.length);
        for (int[] row : chosen) {
            chose.put((byte) (row.length == 0 ? 0 : 1));
        }
        return chose.flip();
    }

    private DeviceTensor everyToken(int tokens) {
        LongBuffer indices = longs(2 * batch * tokens);
        for (int i = 0; i < batch * tokens; i++) {
            indices.put(2 * i, i / tokens);
            indices.put(2 * i + 1, i % tokens);
        }
        return own(device.longs(indices, batch, tokens, 2));
    }

    private DeviceTensor own(DeviceTensor tensor) {
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
        owned.forEach(DeviceTensor::close);
    }
}
