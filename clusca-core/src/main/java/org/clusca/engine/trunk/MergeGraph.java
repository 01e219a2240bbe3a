package org.clusca.engine.trunk;

import java.util.List;
import org.clusca.api.graph.Value;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/** How computed tokens of one branch enter order 0 of what is cached, in a graph. */
final class MergeGraph {
    private final OnnxGraph graph;
    private final TrunkForm form;
    private final TrunkSwitches switches;
    private final SlotGraph slot;
    private final int index;

    MergeGraph(OnnxGraph graph, TrunkForm form, TrunkSwitches switches, SlotGraph slot, int index) {
        this.graph = graph;
        this.form = form;
        this.switches = switches;
        this.slot = slot;
        this.index = index;
    }

    /**
     * @param fresh {@code [batch, chosen, width]} what was computed
     * @param chosen where
     * @return the new order 0, by the computed tokens themselves or moving others of their cluster
     */
    Value merged(Value fresh, Value chosen) {
        return graph.either(
                        switches.spreading(index),
                        1,
                        () -> List.of(spread(fresh, chosen)),
                        () -> List.of(graph.op("ScatterND", slot.feature(0), chosen, fresh)))
                .get(0);
    }

    private Value spread(Value fresh, Value chosen) {
        Value spread =
                graph.input(
                        TrunkInputs.spread(index),
                        ElementType.FLOAT32,
                        "spread_batch",
                        "spread_tokens",
                        "spread" + index);
        Value keep =
                graph.input(
                        TrunkInputs.keep(index),
                        ElementType.FLOAT32,
                        "keep_batch",
                        "keep_tokens",
                        1);
        Value moving =
                form.corrects()
                        ? graph.either(
                                        switches.correcting(index),
                                        1,
                                        () -> List.of(error(fresh, chosen)),
                                        () -> List.of(graph.op("Identity", fresh)))
                                .get(0)
                        : fresh;
        return graph.add(graph.multiply(slot.feature(0), keep), graph.op("MatMul", spread, moving));
    }

    /** Of the forecast, as far as order 0 is off: the forecast is the sum times its factor. */
    private Value error(Value fresh, Value chosen) {
        Value right = graph.op("Div", fresh, slot.factor());
        return graph.subtract(right, slot.sum(order -> graph.op("GatherND", order, chosen)));
    }
}
