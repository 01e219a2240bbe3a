package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A graph in two parts that are run one after the other: a head, which is everything that some
 * outputs need, and the rest, which takes from the head what it needs of it. Together they compute
 * what the whole does. What uses weights is in one part alone, so that no weight is held twice;
 * what only picks from the graph's inputs, such as the parts of a vector, is in both.
 */
final class GraphCut {
    /** Operations that compute no new numbers. */
    private static final Set<String> PICKING =
            Set.of("Identity", "Reshape", "Slice", "Split", "Squeeze", "Unsqueeze");

    private final OnnxModel whole;
    private final Set<String> ahead;
    private final ValueTypes types;
    private final Set<OnnxMl.NodeProto> inHead = new LinkedHashSet<>();
    private final Map<String, OnnxMl.NodeProto> producers = new LinkedHashMap<>();
    private final Set<String> external = new HashSet<>();
    private final Map<String, String> passed = new LinkedHashMap<>();
    private final Set<OnnxMl.NodeProto> inRest = new HashSet<>();

    /**
     * @param wanted outputs that the head is to give; the rest gives the others
     */
    GraphCut(OnnxModel whole, Collection<String> wanted) {
        this.whole = whole;
        OnnxMl.GraphProto graph = whole.graph();
        types = new ValueTypes(graph);
        for (OnnxMl.TensorProto initializer : graph.getInitializerList()) {
            if (initializer.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
                external.add(initializer.getName());
            }
        }
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> producers.put(output, node));
        }
        ahead = Set.copyOf(wanted);
        ahead.forEach(this::head);
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            if (!inHead.contains(node)) {
                rest(node);
            }
        }
        // what nobody wants ahead is asked for when the rest runs; an output is made by a node, so
        // that it cannot be the input itself
        graph.getOutputList().stream()
                .map(OnnxMl.ValueInfoProto::getName)
                .filter(output -> !ahead.contains(output) && made(output, inHead))
                .forEach(output -> passed.put(output, output + ".passed"));
    }

    private boolean made(String value, Set<OnnxMl.NodeProto> part) {
        OnnxMl.NodeProto producer = producers.get(value);
        return producer != null && part.contains(producer);
    }

    private void head(String value) {
        OnnxMl.NodeProto producer = producers.get(value);
        if (producer != null && inHead.add(producer)) {
            GraphNodes.reads(producer).forEach(this::head);
        }
    }

    /** The rest has this node, with what it reads of the head passed on or computed again. */
    private void rest(OnnxMl.NodeProto node) {
        if (!inRest.add(node)) {
            return;
        }
        for (String value : GraphNodes.reads(node)) {
            OnnxMl.NodeProto producer = producers.get(value);
            if (producer == null || !inHead.contains(producer)) {
                continue;
            }
            if (picks(value)) {
                rest(producer);
            } else {
                passed.put(value, value);
            }
        }
    }

    /** Whether nothing but picking from inputs and constants leads to a value. */
    private boolean picks(String value) {
        OnnxMl.NodeProto producer = producers.get(value);
        if (producer == null) {
            return !external.contains(value);
        }
        boolean cheap =
                PICKING.contains(producer.getOpType())
                        || producer.getOutputList().stream().allMatch(types::counts);
        return cheap && GraphNodes.reads(producer).stream().allMatch(this::picks);
    }

    /** Outputs of the head that the rest takes, each with the name of its input. */
    Map<String, String> passed() {
        return passed;
    }

    OnnxModel head() {
        OnnxMl.GraphProto.Builder part = part(inHead);
        outputs(part, true);
        passed.keySet().forEach(value -> part.addOutput(ValueInfo.of(value, types.of(value))));
        return model("head", part);
    }

    OnnxModel rest() {
        OnnxMl.GraphProto.Builder part = part(inRest);
        passed.forEach(
                (value, input) -> {
                    part.addInput(ValueInfo.of(input, types.of(value)));
                    if (!input.equals(value)) {
                        part.addNode(
                                0,
                                OnnxMl.NodeProto.newBuilder()
                                        .setOpType("Identity")
                                        .addInput(input)
                                        .addOutput(value));
                    }
                });
        outputs(part, false);
        return model("rest", part);
    }

    /** The nodes in the order of the whole, with the inputs and constants that are theirs. */
    private OnnxMl.GraphProto.Builder part(Set<OnnxMl.NodeProto> nodes) {
        OnnxMl.GraphProto graph = whole.graph();
        OnnxMl.GraphProto.Builder part = OnnxMl.GraphProto.newBuilder().setName(whole.name());
        Set<String> read = new HashSet<>();
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            if (nodes.contains(node)) {
                part.addNode(node);
                read.addAll(GraphNodes.reads(node));
            }
        }
        graph.getInputList().stream()
                .filter(input -> read.contains(input.getName()))
                .forEach(part::addInput);
        graph.getInitializerList().stream()
                .filter(initializer -> read.contains(initializer.getName()))
                .forEach(part::addInitializer);
        return part;
    }

    private void outputs(OnnxMl.GraphProto.Builder part, boolean wantedAhead) {
        whole.graph().getOutputList().stream()
                .filter(output -> ahead.contains(output.getName()) == wantedAhead)
                .forEach(part::addOutput);
    }

    private OnnxModel model(String suffix, OnnxMl.GraphProto.Builder part) {
        return new OnnxModel(whole.name() + " (" + suffix + ")", part.build(), whole.weights());
    }
}
