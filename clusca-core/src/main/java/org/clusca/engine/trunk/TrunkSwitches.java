package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/** The inputs of a trunk's graph by which a run says what each branch does. */
final class TrunkSwitches {
    private final Device device;
    private final OnnxGraph graph;
    private final TrunkForm form;
    private final List<Branch> branches;
    private final List<Value> compute;
    private final List<Value> some;
    private final List<Value> spreading;
    private final List<Value> correcting;
    private final List<Value> forecast;
    private final List<Value> verify;
    private final List<List<Value>> coefficients = new ArrayList<>();
    private final List<List<Value>> rates = new ArrayList<>();
    private final List<Value> banded;
    private final List<List<Value>> lows = new ArrayList<>();

    /**
     * @param places slots of places, which follow those of the branches
     */
    TrunkSwitches(
            Device device, OnnxGraph graph, TrunkForm form, List<Branch> branches, int places) {
        this.device = device;
        this.graph = graph;
        this.form = form;
        this.branches = branches;
        int count = branches.size();
        boolean refreshes = !form.tokens().isEmpty();
        compute = form.switches() ? flags(TrunkInputs.COMPUTE, count) : List.of();
        some = refreshes ? flags(TrunkInputs.SOME, count) : List.of();
        spreading = refreshes ? flags(TrunkInputs.SPREADING, count) : List.of();
        correcting = form.corrects() ? flags(TrunkInputs.CORRECTING, count) : List.of();
        verify = form.verifies() ? flags(TrunkInputs.VERIFY, count) : List.of();
        int slots = count + places;
        forecast = places == 0 ? List.of() : flags(TrunkInputs.FORECAST, slots);
        banded = form.banded() ? flags(TrunkInputs.BANDED, slots) : List.of();
        for (int order = 0; order <= form.highest(); order++) {
            if (form.banded()) {
                lows.add(factors(TrunkInputs.low(order), slots));
            }
            coefficients.add(coefficients(order, slots));
            if (order > 0) {
                rates.add(factors(TrunkInputs.rate(order), slots));
            }
        }
    }

    /** One for all channels of a slot, or one for each. */
    private List<Value> coefficients(int order, int slots) {
        String input = TrunkInputs.coefficient(order);
        return form.perChannel()
                ? graph.split(
                        graph.input(input, ElementType.FLOAT32, slots, "channels" + order),
                        0,
                        slots)
                : factors(input, slots);
    }

    private List<Value> flags(String input, int count) {
        return device.separateFlags()
                ? IntStream.range(0, count)
                        .mapToObj(i -> graph.input(TrunkInputs.flag(input, i), ElementType.BOOL, 1))
                        .toList()
                : graph.split(graph.input(input, ElementType.BOOL, count), 0, count);
    }

    private List<Value> factors(String input, int count) {
        return graph.split(graph.input(input, ElementType.FLOAT32, count), 0, count);
    }

    /** Whether a branch is computed on all tokens. */
    Value compute(int branch) {
        return compute.get(branch);
    }

    /** Whether it is computed on all tokens only to be measured. */
    Value verify(int branch) {
        return verify.get(branch);
    }

    /** Whether it is computed on all tokens, be it only to be measured. */
    Value runs(int branch) {
        return form.verifies(id(branch))
                ? graph.op("Or", compute(branch), verify(branch))
                : compute(branch);
    }

    /** Whether what it computes on all tokens enters the stream that its block goes on with. */
    Value enters(int branch) {
        int block = id(branch).block();
        return form.measuresBlock(block)
                ? graph.op("Or", compute(branch), verifies(block))
                : compute(branch);
    }

    /** Whether all branches of a block are computed only to be measured. */
    Value verifies(int block) {
        return all(block, this::verify);
    }

    /** Whether all branches of a block are computed on all tokens. */
    Value computes(int block) {
        return all(block, this::compute);
    }

    private Value all(int block, IntFunction<Value> flag) {
        Value all = Value.NONE;
        for (int i = 0; i < branches.size(); i++) {
            if (id(i).block() == block) {
                Value own = flag.apply(i);
                all = all.equals(Value.NONE) ? own : graph.op("And", all, own);
            }
        }
        return all;
    }

    private BranchId id(int branch) {
        return branches.get(branch).id();
    }

    /** Whether it is computed on some. */
    Value some(int branch) {
        return some.get(branch);
    }

    /** Whether these move others. */
    Value spreading(int branch) {
        return spreading.get(branch);
    }

    /** Whether it is the error of their forecast by which they do. */
    Value correcting(int branch) {
        return correcting.get(branch);
    }

    /** Whether the place of a slot is forecast, or one that its branch lies in. */
    Value forecast(int slot) {
        return forecast.get(slot);
    }

    /** Which tokens of a branch are computed: batch row and token. */
    Value chosen(int branch) {
        return graph.input(
                TrunkInputs.tokens(branch), ElementType.INT64, "batch", "chosen" + branch, 2);
    }

    /** Whether a batch row has chosen any, {@code [batch, 1, 1]}. */
    Value chose(int branch) {
        return graph.input(TrunkInputs.chose(branch), ElementType.BOOL, "rows" + branch, 1, 1);
    }

    /** What is kept of a branch's attention. */
    List<Value> kept(KeptAttention attention, int branch, int width) {
        return attention.inputs(branch).stream()
                .map(
                        name ->
                                graph.input(
                                        name,
                                        ElementType.FLOAT32,
                                        "batch",
                                        "tokens" + branch,
                                        width))
                .toList();
    }

    /** Whether of what the last layer reads only some tokens are renewed. */
    Value refresh() {
        return flags(TrunkInputs.REFRESH, 1).get(0);
    }

    /** Whether a slot is forecast by frequency. */
    Value banded(int slot) {
        return banded.get(slot);
    }

    /** By how much more its low frequencies are multiplied than the high ones. */
    Value low(int slot, int order) {
        return lows.get(order).get(slot);
    }

    private Optional<Value> tokenDistances(int slot) {
        return slot < branches.size() && form.tokenDistances(id(slot))
                ? Optional.of(
                        graph.input(
                                TrunkInputs.distances(slot),
                                ElementType.FLOAT32,
                                "distance_batch",
                                "distance_tokens" + slot,
                                1))
                : Optional.empty();
    }

    SlotGraph slot(int index, int order, int width) {
        return new SlotGraph(
                graph,
                form.featureType(),
                index,
                order,
                width,
                coefficients.stream().map(values -> values.get(index)).toList(),
                rates.stream().map(values -> values.get(index)).toList(),
                tokenDistances(index));
    }
}
