package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a graph.
 *
 * @param inputs names, in order
 * @param outputs names, in order
 * @param operations of its nodes and, behind each, of the parts that it chooses from
 */
public record GraphContents(List<String> inputs, List<String> outputs, List<String> operations) {
    public static GraphContents of(OnnxGraph graph) {
        OnnxMl.GraphProto written = graph.finish().graph();
        List<String> operations = new ArrayList<>();
        add(operations, written);
        return new GraphContents(
                names(written.getInputList()), names(written.getOutputList()), operations);
    }

    private static void add(List<String> operations, OnnxMl.GraphProto graph) {
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            operations.add(node.getOpType());
            for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    add(operations, attribute.getG());
                }
            }
        }
    }

    private static List<String> names(List<OnnxMl.ValueInfoProto> values) {
        return values.stream().map(OnnxMl.ValueInfoProto::getName).toList();
    }
}
