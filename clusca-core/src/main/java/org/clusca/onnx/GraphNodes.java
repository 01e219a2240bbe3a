package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the nodes of a graph have to do with each other. */
final class GraphNodes {
    private GraphNodes() {}

    /** Values that a node reads, those that its parts (of an If) read from outside among them. */
    static Set<String> reads(OnnxMl.NodeProto node) {
        Set<String> read = new LinkedHashSet<>(node.getInputList());
        for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                read.addAll(readsFromOutside(attribute.getG()));
            }
        }
        // an input that is left out has no name
        read.remove("");
        return read;
    }

    private static Set<String> readsFromOutside(OnnxMl.GraphProto graph) {
        Set<String> own = new HashSet<>();
        Set<String> outside = new LinkedHashSet<>();
        graph.getInitializerList().forEach(initializer -> own.add(initializer.getName()));
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            reads(node).stream().filter(value -> !own.contains(value)).forEach(outside::add);
            own.addAll(node.getOutputList());
        }
        // a part may hand through what it does not make
        graph.getOutputList().stream()
                .map(OnnxMl.ValueInfoProto::getName)
                .filter(value -> !own.contains(value))
                .forEach(outside::add);
        return outside;
    }
}
