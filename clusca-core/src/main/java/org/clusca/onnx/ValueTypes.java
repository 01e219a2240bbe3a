package org.clusca.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Element types of all values of a graph, as codes of ONNX. */
final class ValueTypes {
    private static final Set<String> TESTS =
            Set.of("And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "Or");

    private static final Set<String> INDICES = Set.of("ArgMax", "NonZero", "Shape", "Size");

    private final Map<String, Integer> types = new HashMap<>();

    ValueTypes(OnnxMl.GraphProto graph) {
        graph.getInputList().forEach(this::declared);
        graph.getInitializerList()
                .forEach(
                        initializer -> types.put(initializer.getName(), initializer.getDataType()));
        graph.getNodeList().forEach(this::node);
    }

    private void declared(OnnxMl.ValueInfoProto value) {
        types.put(value.getName(), value.getType().getTensorType().getElemType());
    }

    private void node(OnnxMl.NodeProto node) {
        if (node.getOpType().equals("If")) {
            OnnxMl.GraphProto part = node.getAttribute(0).getG();
            for (int i = 0; i < node.getOutputCount(); i++) {
                types.put(
                        node.getOutput(i),
                        part.getOutput(i).getType().getTensorType().getElemType());
            }
            return;
        }
        int type = type(node);
        node.getOutputList().forEach(output -> types.put(output, type));
    }

    private int type(OnnxMl.NodeProto node) {
        String operation = node.getOpType();
        if (INDICES.contains(operation)) {
            return DataType.INT64_VALUE;
        }
        if (operation.equals("ConstantOfShape")) {
            return DataType.FLOAT_VALUE;
        }
        if (TESTS.contains(operation)) {
            return DataType.BOOL_VALUE;
        }
        for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
            if (operation.equals("Cast") && attribute.getName().equals("to")) {
                return (int) attribute.getI();
            }
        }
        // the condition of a choice comes first
        return of(node.getInput(operation.equals("Where") ? 1 : 0));
    }

    int of(String value) {
        return requireNonNull(types.get(value), value);
    }

    /** Whether a value is made of whole numbers or of yes and no: shapes, indices, switches. */
    boolean counts(String value) {
        return of(value) == DataType.INT64_VALUE || of(value) == DataType.BOOL_VALUE;
    }
}
