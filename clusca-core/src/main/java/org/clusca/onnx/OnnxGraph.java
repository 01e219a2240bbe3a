package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/**
 * Builds an ONNX model. Weights are external data: file, offset and length inside the safetensors
 * files, which ONNX Runtime maps by itself; the model held here is small.
 */
public final class OnnxGraph implements GraphBuilder {
    /** Far below every score, and finite. */
    private static final double MASKED = -1e9;

    private final String name;
    private final Weights weights;
    private final OnnxMl.GraphProto.Builder top = OnnxMl.GraphProto.newBuilder();
    private final Deque<OnnxMl.GraphProto.Builder> scopes = new ArrayDeque<>();
    private final Initializers initializers = new Initializers(top);
    private final Layers layers = new Layers(this);
    private final Map<Value, Value> widened = new HashMap<>();

    /** Element types of values that are not float. */
    private final Map<String, Integer> types = new HashMap<>();

    private final Set<String> outputs = new HashSet<>();
    private int counter;

    public OnnxGraph(String name, Weights weights) {
        this.name = name;
        this.weights = weights;
        top.setName(name);
        scopes.push(top);
    }

    public String name() {
        return name;
    }

    /**
     * @param dimensions Long or Integer for a fixed size, String for one that is known at run time
     */
    public Value input(String input, ElementType type, Object... dimensions) {
        top.addInput(ValueInfo.of(input, type.code(), dimensions));
        types.put(input, type.code());
        return new Value(input);
    }

    /**
     * A float input whose sizes are all known at run time only.
     *
     * @param rows name of a leading dimension; empty for none
     * @param like gives the number of the others
     */
    public Value input(String input, String rows, int[] like) {
        List<Object> dimensions = new ArrayList<>(rows.isEmpty() ? List.of() : List.of(rows));
        for (int i = 0; i < like.length; i++) {
            dimensions.add(input + "_" + i);
        }
        return input(input, ElementType.FLOAT32, dimensions.toArray());
    }

    /** Makes {@code value} an output of the graph under the name {@code output}. */
    public void output(String output, Value value) {
        // an output must have a node of its own: a value can be an input, or an output twice
        top.addNode(
                OnnxMl.NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput(value.name())
                        .addOutput(output));
        top.addOutput(ValueInfo.of(output, type(value)));
    }

    /**
     * As {@link #output} under the value's own name, without a node in between; the value must be
     * computed by a node.
     */
    public String direct(Value value) {
        if (outputs.add(value.name())) {
            top.addOutput(ValueInfo.of(value.name(), type(value)));
        }
        return value.name();
    }

    /**
     * Runs one of two parts. Weights used inside should be used in one part only, and not in an If
     * inside it: else ONNX Runtime packs them twice, or not at all.
     *
     * @param condition one boolean
     */
    public List<Value> either(
            Value condition, int outputs, Supplier<List<Value>> yes, Supplier<List<Value>> no) {
        OnnxMl.NodeProto.Builder node =
                OnnxMl.NodeProto.newBuilder().setOpType("If").addInput(condition.name());
        List<Value> values = fresh("if", outputs);
        node.addAttribute(body("then_branch", values, yes))
                .addAttribute(body("else_branch", values, no));
        values.forEach(value -> node.addOutput(value.name()));
        scopes.element().addNode(node);
        return values;
    }

    private OnnxMl.AttributeProto body(
            String attribute, List<Value> results, Supplier<List<Value>> part) {
        OnnxMl.GraphProto.Builder scope =
                OnnxMl.GraphProto.newBuilder().setName(attribute + counter++);
        scopes.push(scope);
        List<Value> values = part.get();
        scopes.pop();
        if (values.size() != results.size()) {
            throw new IllegalStateException(
                    attribute + " gives " + values.size() + " values, not " + results.size());
        }
        for (int i = 0; i < values.size(); i++) {
            scope.addOutput(ValueInfo.of(values.get(i).name(), type(values.get(i))));
            types.put(results.get(i).name(), type(values.get(i)));
        }
        return OnnxMl.AttributeProto.newBuilder()
                .setName(attribute)
                .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                .setG(scope)
                .build();
    }

    public Value cast(Value value, ElementType type) {
        return op("Cast", Map.of("to", type.code()), value);
    }

    private int type(Value value) {
        return types.getOrDefault(value.name(), ElementType.FLOAT32.code());
    }

    private List<Value> fresh(String hint, int count) {
        return Stream.generate(() -> new Value(hint + counter++)).limit(count).toList();
    }

    @Override
    public Value op(String operation, Map<String, Object> attributes, Value... inputs) {
        return ops(operation, 1, attributes, inputs).get(0);
    }

    @Override
    public List<Value> ops(
            String operation, int outputs, Map<String, Object> attributes, Value... inputs) {
        return emit(scopes.element(), operation, outputs, attributes, inputs);
    }

    private List<Value> emit(
            OnnxMl.GraphProto.Builder scope,
            String operation,
            int outputs,
            Map<String, Object> attributes,
            Value... inputs) {
        int colon = operation.indexOf(':');
        String type = operation.substring(colon + 1);
        OnnxMl.NodeProto.Builder node =
                OnnxMl.NodeProto.newBuilder().setOpType(type).setName(type + counter++);
        if (colon > 0) {
            node.setDomain(operation.substring(0, colon));
        }
        attributes.forEach((key, value) -> node.addAttribute(Attributes.of(key, value)));
        for (Value input : inputs) {
            node.addInput(input.name());
        }
        List<Value> values = fresh(type, outputs);
        values.forEach(value -> node.addOutput(value.name()));
        if (type.equals("Cast") && attributes.get("to") instanceof Integer to) {
            types.put(values.get(0).name(), to);
        }
        scope.addNode(node);
        return values;
    }

    @Override
    public boolean hasWeight(String weight) {
        return weights.has(weight);
    }

    @Override
    public Value weight(String weight, long... shape) {
        Weight found = weights.get(weight, shape);
        Value stored = initializers.weight(found);
        if (found.dtype() == Weight.DType.F32) {
            return stored;
        }
        // folded into one float32 copy when the graph is loaded: the CPU provider computes in
        // float32 only
        return widened.computeIfAbsent(
                stored,
                missing ->
                        emit(top, "Cast", 1, Map.of("to", ElementType.FLOAT32.code()), stored)
                                .get(0));
    }

    @Override
    public Value constant(float[] values, long... shape) {
        return initializers.constant(values, shape);
    }

    @Override
    public Value constant(long... values) {
        return initializers.constant(values);
    }

    @Override
    public Value linear(Value x, int rank, String prefix, int in, int out) {
        Optional<QuantizedWeight> quantized = weights.quantized(prefix + ".weight");
        return quantized.isPresent()
                ? layers.linear(
                        x,
                        prefix,
                        quantized.get(),
                        initializers.bytes(quantized.get()),
                        initializers.scales(quantized.get()))
                : layers.linear(x, rank, prefix, in, out);
    }

    @Override
    public Value layerNorm(Value x, int width, double epsilon) {
        return layers.layerNorm(x, width, epsilon);
    }

    @Override
    public Value attention(Value q, Value k, Value v, int heads) {
        return op("com.microsoft:MultiHeadAttention", Map.of("num_heads", heads), q, k, v);
    }

    @Override
    public Value maskedAttention(Value q, Value k, Value v, int heads, Value mask, double scale) {
        // With a mask of its own the kernel holds a map of tokens x tokens for every head, 40 GiB
        // for a video; without one it goes block by block. So every head gets one channel more,
        // which adds 0 to the scores of tokens that are attended to, and MASKED to the others'.
        Value seen = cast(mask, ElementType.FLOAT32);
        Value added = multiply(subtract(seen, scalar(1)), scalar(-MASKED));
        return op(
                "com.microsoft:MultiHeadAttention",
                Map.of("num_heads", heads, "scale", (float) scale),
                extended(q, heads, scalar(1)),
                extended(k, heads, op("Unsqueeze", added, constant(2, 3))),
                v);
    }

    /** One more channel behind those of every head. */
    private Value extended(Value x, int heads, Value channel) {
        Value split = reshape(x, 0, 0, heads, -1);
        Value shape =
                concat(
                        0,
                        op("Shape", Map.of("start", 0, "end", 3), split),
                        constant(new long[] {1}));
        Value longer = concat(3, split, op("Expand", channel, shape));
        Value rows = op("Shape", Map.of("start", 0, "end", 2), split);
        return op("Reshape", longer, concat(0, rows, constant(new long[] {-1})));
    }

    @Override
    public Value convolution(
            Value x, String prefix, int in, int out, int kernel, int stride, int padding) {
        return layers.convolution(x, prefix, in, out, kernel, stride, padding);
    }

    @Override
    public Value groupNorm(Value x, String prefix, int channels, int groups, double epsilon) {
        return layers.groupNorm(x, prefix, channels, groups, epsilon);
    }

    /** What was written, for a session; nothing may be written after it. */
    OnnxModel finish() {
        if (scopes.size() != 1) {
            throw new CluscaException(ErrorCode.RUNTIME, "The graph " + name + " is not finished.");
        }
        initializers.finish();
        return new OnnxModel(name, top.build(), initializers.folder());
    }
}
