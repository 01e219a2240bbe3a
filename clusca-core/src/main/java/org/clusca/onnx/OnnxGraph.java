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
import java.util.function.Function;
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
    private final OnnxMl.GraphProto.Builder top = OnnxMl.GraphProto.newBuilder();
    private final Deque<OnnxMl.GraphProto.Builder> scopes = new ArrayDeque<>();
    private final Initializers initializers = new Initializers(top);
    private final ElementType compute;
    private final ElementTypes types;
    private final Layers layers;

    /** Weights in other types than they are stored in. */
    private final Map<List<Object>, Value> converted = new HashMap<>();

    private final Set<Value> stored = new HashSet<>();

    private final TurnedValues turned = new TurnedValues();
    private final Set<String> outputs = new HashSet<>();
    private Weights weights;
    private int counter;

    /** A graph that computes in float32, for the CPU. */
    public OnnxGraph(String name, Weights weights) {
        this(name, weights, ElementType.FLOAT32, CpuLayers::new);
    }

    /** A graph as a device wants it. */
    public OnnxGraph(String name, Weights weights, Device device) {
        this(name, weights, device.computeType(), device::layers);
    }

    /** As a device wants it, computing in another type than the device's own. */
    OnnxGraph(String name, Weights weights, Device device, ElementType compute) {
        this(name, weights, compute, device::layers);
    }

    @SuppressWarnings("this-escape")
    private OnnxGraph(
            String name, Weights weights, ElementType compute, Function<OnnxGraph, Layers> layers) {
        this.name = name;
        this.weights = weights;
        this.compute = compute;
        types = new ElementTypes(compute);
        this.layers = layers.apply(this);
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
        Value value = new Value(input);
        types.put(value, type);
        return value;
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
    public void output(String output, Value result) {
        Value value = leaving(result);
        // an output must have a node of its own: a value can be an input, or an output twice
        top.addNode(
                OnnxMl.NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput(value.name())
                        .addOutput(output));
        top.addOutput(ValueInfo.of(output, types.of(value).code()));
    }

    /**
     * As {@link #output} under the value's own name, without a node in between; the value must be
     * computed by a node.
     */
    public String direct(Value result) {
        Value value = leaving(result);
        if (outputs.add(value.name())) {
            top.addOutput(ValueInfo.of(value.name(), types.of(value).code()));
        }
        return value.name();
    }

    /** What is computed in 16 bits leaves in 32; other types stay. */
    private Value leaving(Value result) {
        return types.of(result) == compute ? cast(result, ElementType.FLOAT32) : result;
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
        node.addAttribute(body("then_branch", values, List.of(), yes));
        List<ElementType> given = values.stream().map(types::of).toList();
        node.addAttribute(body("else_branch", values, given, no));
        values.forEach(value -> node.addOutput(value.name()));
        scopes.element().addNode(node);
        return values;
    }

    private OnnxMl.AttributeProto body(
            String attribute,
            List<Value> results,
            List<ElementType> given,
            Supplier<List<Value>> part) {
        OnnxMl.GraphProto.Builder scope =
                OnnxMl.GraphProto.newBuilder().setName(attribute + counter++);
        scopes.push(scope);
        List<Value> values = new ArrayList<>(part.get());
        // both parts give the same types
        for (int i = 0; i < Math.min(values.size(), given.size()); i++) {
            values.set(i, cast(values.get(i), given.get(i)));
        }
        scopes.pop();
        if (values.size() != results.size()) {
            throw new IllegalStateException(
                    attribute + " gives " + values.size() + " values, not " + results.size());
        }
        for (int i = 0; i < values.size(); i++) {
            ElementType type = types.of(values.get(i));
            scope.addOutput(ValueInfo.of(values.get(i).name(), type.code()));
            types.put(results.get(i), type);
        }
        return OnnxMl.AttributeProto.newBuilder()
                .setName(attribute)
                .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                .setG(scope)
                .build();
    }

    /** The value itself where it is of that type. */
    public Value cast(Value value, ElementType type) {
        if (types.of(value) == type) {
            return value;
        }
        Map<String, Object> to = Map.of("to", type.code());
        // of weights once, and outside of any If; ONNX Runtime does it when the graph is loaded
        return stored.contains(value)
                ? converted.computeIfAbsent(
                        List.of(value, type), missing -> emit(top, "Cast", 1, to, value).get(0))
                : op("Cast", to, value);
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
            Value... given) {
        int colon = operation.indexOf(':');
        String type = operation.substring(colon + 1);
        Value[] inputs = converted(type, given);
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
        values.forEach(value -> types.note(type, attributes, inputs, value));
        turned.note(type, List.of(inputs), values, initializers);
        scope.addNode(node);
        return values;
    }

    private Value[] converted(String operation, Value... inputs) {
        ElementType wanted = types.wanted(operation, inputs);
        if (wanted == null) {
            return inputs;
        }
        return Stream.of(inputs)
                .map(input -> types.isFloating(input) ? cast(input, wanted) : input)
                .toArray(Value[]::new);
    }

    @Override
    public boolean hasWeight(String weight) {
        return weights.has(weight);
    }

    @Override
    public Value weight(String weight, long... shape) {
        Weight found = weights.get(weight, shape);
        Value value = initializers.weight(found);
        ElementType type =
                switch (found.dtype()) {
                    case F32 -> ElementType.FLOAT32;
                    case F16 -> ElementType.FLOAT16;
                    case BF16 -> ElementType.BFLOAT16;
                    case F8_E4M3, F8_E5M2 -> ElementType.FLOAT8;
                };
        types.put(value, type);
        stored.add(value);
        Value used = type == compute ? value : cast(value, ElementType.FLOAT32);
        return found.scale() == 1 ? used : scaled(used, found.scale());
    }

    /** Once, and when the graph is loaded, as {@link #cast} of a weight is. */
    private Value scaled(Value weight, float scale) {
        return converted.computeIfAbsent(
                List.of(weight, scale),
                missing -> {
                    Value scaled = emit(top, "Mul", 1, Map.of(), weight, scalar(scale)).get(0);
                    stored.add(scaled);
                    return scaled;
                });
    }

    @Override
    public Value constant(float[] values, long... shape) {
        return initializers.constant(values, shape);
    }

    @Override
    public Value constant(long... values) {
        Value constant = initializers.constant(values);
        types.put(constant, ElementType.INT64);
        return constant;
    }

    @Override
    public Value linear(Value x, int rank, String prefix, int in, int out) {
        Optional<QuantizedWeight> quantized = weights.quantized(prefix + ".weight");
        return quantized.isPresent()
                ? layers.linear(x, rank, prefix, quantized.get())
                : layers.linear(x, rank, prefix, in, out);
    }

    /** The rounded numbers of a matrix, as its format lays them out. */
    Value numbers(QuantizedWeight weight) {
        Value numbers = initializers.numbers(weight);
        types.put(numbers, weight.format().blocks() ? ElementType.UINT8 : ElementType.INT8);
        return numbers;
    }

    Value scales(QuantizedWeight weight) {
        return initializers.scales(weight);
    }

    /** Writes a part with the same weights held in another way. */
    public <T> T with(Weights other, Supplier<T> part) {
        Weights before = weights;
        weights = other;
        try {
            return part.get();
        } finally {
            weights = before;
        }
    }

    @Override
    public Value layerNorm(Value x, int width, double epsilon) {
        return layers.layerNorm(
                turned.contains(x) ? op("Reshape", x, op("Shape", x)) : x, width, epsilon);
    }

    @Override
    public Value attention(Value q, Value k, Value v, int heads) {
        return layers.attention(Map.of("num_heads", heads), q, k, v);
    }

    @Override
    public Value maskedAttention(Value q, Value k, Value v, int heads, Value mask, double scale) {
        // With a mask of its own the kernel holds a map of tokens x tokens for every head, 40 GiB
        // for a video; without one it goes block by block. So every head gets one channel more,
        // which adds 0 to the scores of tokens that are attended to, and MASKED to the others'.
        Value seen = cast(mask, ElementType.FLOAT32);
        Value added = multiply(subtract(seen, scalar(1)), scalar(-MASKED));
        return layers.attention(
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
