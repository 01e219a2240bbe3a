package org.clusca.engine.trunk;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Place;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Stream;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/**
 * The places of a network that can be forecast as one: at the end of each the streams are chosen,
 * as they were computed or from the forecast. Of all but the hidden state itself it is what blocks
 * add to the streams that is kept, so the streams are remembered where the place begins.
 */
final class PlaceGraph {
    private final String model;
    private final OnnxGraph graph;
    private final ElementType type;
    private final TrunkSwitches switches;
    private final int branches;
    private final int width;
    private final List<PlaceSlot> slots;
    private final TrunkForm form;
    private final Map<Integer, List<String>> outputs = new HashMap<>();
    private final Map<Place, String> observed = new HashMap<>();
    private String state = "";
    private final Map<Place, Map<Stream, Value>> entries = new HashMap<>();

    /** As the streams stand in a joint sequence. */
    private List<Stream> joint = List.of();

    /**
     * @param branches whose slots come before
     * @param width of the image stream
     */
    PlaceGraph(
            String model,
            OnnxGraph graph,
            TrunkForm form,
            TrunkSwitches switches,
            int branches,
            int width,
            List<PlaceSlot> slots) {
        this.model = model;
        this.graph = graph;
        this.form = form;
        type = form.featureType();
        this.switches = switches;
        this.branches = branches;
        this.width = width;
        this.slots = slots;
    }

    /** Names of the outputs with what a slot keeps, by order. */
    List<String> outputs(int slot) {
        return requireNonNull(outputs.get(slot));
    }

    /** Names of the outputs with what is observed of places. */
    Map<Place, String> observed() {
        return observed;
    }

    /** Name of the output with what the last layer reads; empty where nobody remembers it. */
    String state() {
        return state;
    }

    /** Streams were mixed as one sequence, in this order. */
    void mixed(List<Stream> order) {
        joint = order;
    }

    /** Between two blocks: places end, then others begin. */
    Map<Stream, Value> enter(int block, Map<Stream, Value> streams) {
        Map<Stream, Value> current = new EnumMap<>(streams);
        for (int slot : ending(block)) {
            Stream stream = slots.get(slot).stream();
            Value x = current.get(stream);
            if (x == null) {
                throw new IllegalStateException(
                        "The streams before block "
                                + block
                                + " are "
                                + streams.keySet()
                                + ", the spec promises "
                                + stream);
            }
            current.put(stream, ended(slot, x));
        }
        for (PlaceSlot slot : slots) {
            if (slot.from() == block) {
                entries.put(slot.place(), current);
            }
        }
        return current;
    }

    /** At the end of the last block. */
    Value hidden(Value x) {
        Value last = form.refreshesTrunk() ? refreshed(x) : x;
        for (int slot : ending(PlaceSlot.HIDDEN)) {
            last = ended(slot, last);
        }
        if (form.refreshesTrunk()) {
            state = graph.direct(last);
        }
        return last;
    }

    /** At some steps only some tokens are new, and the others as the step before left them. */
    private Value refreshed(Value x) {
        Value before =
                graph.input(TrunkInputs.STATE, ElementType.FLOAT32, "batch", "image tokens", width);
        Value chosen =
                graph.input(TrunkInputs.REFRESHED, ElementType.INT64, "batch", "refreshed", 2);
        return graph.either(
                        switches.refresh(),
                        1,
                        () ->
                                List.of(
                                        graph.op(
                                                "ScatterND",
                                                before,
                                                chosen,
                                                graph.op("GatherND", x, chosen))),
                        () -> List.of(graph.op("Identity", x)))
                .get(0);
    }

    /**
     * @throws CluscaException INCOMPATIBLE when the model has not shown where a place lies
     */
    void requireAll() {
        for (int i = 0; i < slots.size(); i++) {
            if (!outputs.containsKey(i)) {
                throw notShown(slots.get(i));
            }
        }
    }

    /** Slots of the places that end before a block, those within others first. */
    private List<Integer> ending(int block) {
        return IntStream.range(0, slots.size())
                .boxed()
                .filter(slot -> slots.get(slot).to() == block)
                .sorted(Comparator.comparing(slot -> -slots.get(slot).from()))
                .toList();
    }

    private Value ended(int index, Value x) {
        PlaceSlot place = slots.get(index);
        SlotGraph slot = switches.slot(branches + index, place.order(), place.width());
        boolean residual = place.from() != PlaceSlot.NOWHERE;
        // what is kept as it is needs no copy
        Optional<String> order0 =
                residual || type != ElementType.FLOAT32
                        ? Optional.empty()
                        : Optional.of(graph.direct(x));
        int first = order0.isPresent() ? 1 : 0;
        int kept = 1 + place.order() - first;
        List<Value> results =
                graph.either(
                        switches.forecast(branches + index),
                        1 + kept,
                        () -> {
                            Value whole = graph.multiply(slot.sum(slot.feature(0)), slot.factor());
                            Value sum = banded(branches + index, place, slot, whole);
                            List<Value> values = new ArrayList<>();
                            values.add(residual ? graph.add(entry(place), sum) : sum);
                            values.addAll(slot.nothing(kept));
                            return values;
                        },
                        () -> {
                            Value own = residual ? graph.subtract(x, entry(place)) : x;
                            List<Value> values = new ArrayList<>();
                            values.add(graph.op("Identity", x));
                            values.addAll(slot.differences(own, first));
                            return values;
                        });
        List<String> names = new ArrayList<>(order0.stream().toList());
        names.addAll(LinkedBranch.direct(graph, results.subList(1, results.size())));
        outputs.put(index, names);
        if (form.observed().contains(place.place()) && place.observed()) {
            Value seen = order0.isPresent() ? x : results.get(1);
            observed.put(
                    place.place(),
                    graph.direct(
                            type == ElementType.FLOAT32
                                    ? graph.op("Identity", seen)
                                    : graph.cast(seen, ElementType.FLOAT32)));
        }
        return results.get(0);
    }

    /** The forecast, low frequencies by factors of their own where the step says so. */
    private Value banded(int index, PlaceSlot place, SlotGraph slot, Value whole) {
        if (!form.banded() || place.stream() != Stream.IMAGE) {
            return whole;
        }
        Value rows = matrix(TrunkInputs.rows(index));
        Value columns = matrix(TrunkInputs.columns(index));
        String mask = TrunkInputs.mask(index);
        Value kept = graph.input(mask, ElementType.FLOAT32, mask + ".rows", mask + ".columns", 1);
        return graph.either(
                        switches.banded(index),
                        1,
                        () -> {
                            Value more = graph.multiply(slot.feature(0), switches.low(index, 0));
                            for (int i = 1; i <= place.order(); i++) {
                                more =
                                        graph.add(
                                                more,
                                                graph.multiply(
                                                        slot.feature(i), switches.low(index, i)));
                            }
                            return List.of(
                                    graph.add(
                                            whole,
                                            BandGraph.low(
                                                    graph,
                                                    more,
                                                    rows,
                                                    columns,
                                                    kept,
                                                    place.width())));
                        },
                        () -> List.of(graph.op("Identity", whole)))
                .get(0);
    }

    private Value matrix(String name) {
        return graph.input(name, ElementType.FLOAT32, name + ".frequencies", name + ".cells");
    }

    /** The stream where a place begins, as it is where the place ends. */
    private Value entry(PlaceSlot slot) {
        Map<Stream, Value> streams = entries.getOrDefault(slot.place(), Map.of());
        Value own = streams.get(slot.stream());
        if (own != null) {
            return own;
        }
        if (slot.stream() == Stream.JOINT && streams.keySet().equals(Set.copyOf(joint))) {
            return graph.concat(1, joint.stream().map(streams::get).toArray(Value[]::new));
        }
        throw notShown(slot);
    }

    private CluscaException notShown(PlaceSlot slot) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE,
                "The policy forecasts "
                        + slot.place()
                        + ", but "
                        + model
                        + " does not hand over its "
                        + slot.stream()
                        + " stream where that begins and ends (BranchLinker.enter); choose a policy"
                        + " that forecasts branches, the hidden state or the output.");
    }
}
