package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.Value;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/**
 * The places of a network that can be forecast as one: at the end of each the streams are chosen,
 * as they were computed or from the forecast.
 */
final class PlaceGraph {
    private final OnnxGraph graph;
    private final ElementType type;
    private final TrunkSwitches switches;
    private final int branches;
    private final List<PlaceSlot> slots;
    private final Map<Integer, List<String>> outputs = new HashMap<>();

    /**
     * @param branches whose slots come before
     */
    PlaceGraph(
            OnnxGraph graph,
            ElementType type,
            TrunkSwitches switches,
            int branches,
            List<PlaceSlot> slots) {
        this.graph = graph;
        this.type = type;
        this.switches = switches;
        this.branches = branches;
        this.slots = slots;
    }

    /** Names of the outputs with what a slot keeps, by order. */
    List<String> outputs(int slot) {
        return outputs.getOrDefault(slot, List.of());
    }

    /** At the end of the last block. */
    Value hidden(Value x) {
        Value state = x;
        for (int i = 0; i < slots.size(); i++) {
            state = ended(i, state);
        }
        return state;
    }

    private Value ended(int index, Value x) {
        PlaceSlot place = slots.get(index);
        SlotGraph slot = switches.slot(branches + index, place.order(), place.width());
        // what is kept as it is needs no copy
        Optional<String> order0 =
                type == ElementType.FLOAT32 ? Optional.of(graph.direct(x)) : Optional.empty();
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + place.order() - first;
        List<Value> results =
                graph.either(
                        switches.forecast(branches + index),
                        1 + kept,
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.multiply(slot.sum(slot.feature(0)), slot.factor()));
                            values.addAll(slot.nothing(kept));
                            return values;
                        },
                        () -> {
                            List<Value> values = new ArrayList<>();
                            values.add(graph.op("Identity", x));
                            values.addAll(slot.differences(x, first));
                            return values;
                        });
        List<String> names = new ArrayList<>(order0.stream().toList());
        names.addAll(LinkedBranch.direct(graph, results.subList(1, results.size())));
        outputs.put(index, names);
        return results.get(0);
    }
}
