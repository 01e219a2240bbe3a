package org.clusca.api.graph;

import java.util.List;
import java.util.Map;

/**
 * How a model adapter writes its computation. Operations are ONNX operations; weights are named
 * tensors of the component being built, in PyTorch's layout, and stay where they lie on disk.
 */
public interface GraphBuilder {
    /**
     * Any operation with one output.
     *
     * @param operation an operator of the default ONNX domain (opset 20), or {@code
     *     com.microsoft:Name}
     * @param attributes String, Long, Integer, Float, Double, long[] or int[]
     */
    Value op(String operation, Map<String, Object> attributes, Value... inputs);

    /** As {@link #op} with several outputs. */
    List<Value> ops(String operation, int outputs, Map<String, Object> attributes, Value... inputs);

    default Value op(String operation, Value... inputs) {
        return op(operation, Map.of(), inputs);
    }

    /** A tensor of the component, widened to float32 where it is stored in 16 bits. */
    Value weight(String name, long... shape);

    /** Whether the component has such a tensor. */
    boolean hasWeight(String name);

    Value constant(float[] values, long... shape);

    Value constant(long... values);

    default Value scalar(double value) {
        return constant(new float[] {(float) value});
    }

    default Value add(Value a, Value b) {
        return op("Add", a, b);
    }

    default Value subtract(Value a, Value b) {
        return op("Sub", a, b);
    }

    default Value multiply(Value a, Value b) {
        return op("Mul", a, b);
    }

    /** 0 keeps a dimension, -1 infers one. */
    default Value reshape(Value x, long... shape) {
        return op("Reshape", x, constant(shape));
    }

    default Value transpose(Value x, int... permutation) {
        return op("Transpose", Map.of("perm", permutation), x);
    }

    default Value concat(int axis, Value... parts) {
        return op("Concat", Map.of("axis", axis), parts);
    }

    /** Equal parts along {@code axis}. */
    default List<Value> split(Value x, int axis, int parts) {
        return ops("Split", parts, Map.of("axis", axis, "num_outputs", parts), x);
    }

    /** Elements {@code [from, to)} along {@code axis}. */
    default Value slice(Value x, int axis, long from, long to) {
        return op("Slice", x, constant(from), constant(to), constant(axis));
    }

    default Value unsqueeze(Value x, int axis) {
        return op("Unsqueeze", x, constant(axis));
    }

    default Value silu(Value x) {
        return multiply(x, op("Sigmoid", x));
    }

    /** GELU in its tanh approximation. */
    default Value geluTanh(Value x) {
        return op("Gelu", Map.of("approximate", "tanh"), x);
    }

    /** All axes but the last one joined: {@code [..., width]} to {@code [n, width]}. */
    default Value flatten(Value x, int width) {
        return reshape(x, -1, width);
    }

    /**
     * Undoes {@link #flatten}.
     *
     * @param flat {@code [n, width]}
     * @param like of rank {@code rank}; gives the leading axes
     */
    default Value unflatten(Value flat, Value like, int rank, int width) {
        Value leading = op("Shape", Map.of("start", 0, "end", rank - 1), like);
        // a 0 among the leading axes is no tokens, not "as before"
        return op(
                "Reshape",
                Map.of("allowzero", 1),
                flat,
                concat(0, leading, constant(new long[] {width})));
    }

    /**
     * A fully connected layer {@code PREFIX.weight [out, in]}, {@code PREFIX.bias [out]} (where
     * there is one) over the last axis.
     *
     * @param x {@code [..., in]} of rank 2 or 3
     */
    Value linear(Value x, int rank, String prefix, int in, int out);

    /** LayerNorm over the last axis without weights of its own. */
    Value layerNorm(Value x, int width, double epsilon);

    /**
     * LayerNorm over the last axis with {@code PREFIX.weight [width]}, {@code PREFIX.bias [width]}.
     */
    default Value layerNorm(Value x, String prefix, int width, double epsilon) {
        Value scaled = multiply(layerNorm(x, width, epsilon), weight(prefix + ".weight", width));
        return add(scaled, weight(prefix + ".bias", width));
    }

    /** Root mean square norm over the last axis with {@code PREFIX.weight [width]}. */
    default Value rmsNorm(Value x, String prefix, int width, double epsilon) {
        return op(
                "SimplifiedLayerNormalization",
                Map.of("axis", -1, "epsilon", (float) epsilon),
                x,
                weight(prefix + ".weight", width));
    }

    /**
     * Rows of a table {@code PREFIX.weight [rows, width]}.
     *
     * @param ids whole numbers, in any numeric type and shape
     * @return the shape of {@code ids} with an axis of {@code width} at its end
     */
    default Value embedding(Value ids, String prefix, int rows, int width) {
        int int64 = 7;
        return op(
                "Gather",
                weight(prefix + ".weight", rows, width),
                op("Cast", Map.of("to", int64), ids));
    }

    /**
     * Multi-head attention with numbers added to the scores.
     *
     * @param q {@code [batch, tokens, heads * size]}, as are k and v
     * @param bias {@code [1 or batch, 1 or heads, tokens, tokens]}
     * @param scale what the products of q and k are multiplied by
     * @return the shape of q
     */
    default Value attention(Value q, Value k, Value v, int heads, Value bias, double scale) {
        return op(
                "com.microsoft:MultiHeadAttention",
                Map.of("num_heads", heads, "scale", (float) scale),
                q,
                k,
                v,
                Value.NONE,
                Value.NONE,
                bias);
    }

    /**
     * Multi-head attention without mask.
     *
     * @param q {@code [batch, tokens, heads * size]}, as are k and v
     * @return the same shape
     */
    Value attention(Value q, Value k, Value v, int heads);

    /**
     * Multi-head attention to some of the tokens.
     *
     * @param q {@code [batch, tokens, heads * size]}, as are k and v
     * @param mask {@code [batch, tokens]}, int32: 1 for tokens that are attended to, 0 for the
     *     others; at least one of a row
     * @param scale what the products of q and k are multiplied by
     * @return the same shape as q
     */
    Value maskedAttention(Value q, Value k, Value v, int heads, Value mask, double scale);

    /**
     * A convolution {@code PREFIX.weight [out, in, kernel, kernel]}, {@code PREFIX.bias [out]}; x
     * {@code [batch, in, h, w]}.
     */
    Value convolution(Value x, String prefix, int in, int out, int kernel, int stride, int padding);

    /**
     * GroupNorm with {@code PREFIX.weight [channels]}, {@code PREFIX.bias [channels]}; x {@code
     * [batch, channels, h, w]}.
     */
    Value groupNorm(Value x, String prefix, int channels, int groups, double epsilon);
}
