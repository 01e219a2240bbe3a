package org.clusca.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.QuantizedWeight;

/** As the CPU provider runs them fastest. */
record CpuLayers(OnnxGraph graph) implements Layers {
    /** Level of MatMulNBits that rounds activations to 8 bits per block; others widen weights. */
    private static final int INT8_ACTIVATIONS = 4;

    @Override
    public Value linear(Value x, int rank, String prefix, int in, int out) {
        // Gemm takes PyTorch's [out, in] as it is, at a third of the load time of Transpose +
        // MatMul
        Value flat = rank == 2 ? x : graph.flatten(x, in);
        Value weight = graph.weight(prefix + ".weight", out, in);
        Map<String, Object> transposed = Map.of("transB", 1);
        Value y =
                graph.hasWeight(prefix + ".bias")
                        ? graph.op(
                                "Gemm",
                                transposed,
                                flat,
                                weight,
                                graph.weight(prefix + ".bias", out))
                        : graph.op("Gemm", transposed, flat, weight);
        return rank == 2 ? y : graph.unflatten(y, x, rank, out);
    }

    @Override
    public Value linear(Value x, int rank, String prefix, QuantizedWeight weight) {
        return weight.format().blocks()
                ? blocks(x, prefix, weight)
                : graph.op("com.microsoft:DynamicQuantizeMatMul", integers(x, prefix, weight));
    }

    private Value blocks(Value x, String prefix, QuantizedWeight weight) {
        Value y =
                graph.op(
                        "com.microsoft:MatMulNBits",
                        Map.of(
                                "K",
                                weight.columns(),
                                "N",
                                weight.rows(),
                                "bits",
                                weight.format().bits(),
                                "block_size",
                                QuantizedWeight.BLOCK,
                                "accuracy_level",
                                INT8_ACTIVATIONS),
                        x,
                        graph.numbers(weight),
                        graph.scales(weight));
        return graph.hasWeight(prefix + ".bias")
                ? graph.add(y, graph.weight(prefix + ".bias", weight.rows()))
                : y;
    }

    private Value[] integers(Value x, String prefix, QuantizedWeight weight) {
        List<Value> inputs =
                new ArrayList<>(
                        List.of(x, graph.numbers(weight), graph.scales(weight), Value.NONE));
        if (graph.hasWeight(prefix + ".bias")) {
            inputs.add(graph.weight(prefix + ".bias", weight.rows()));
        }
        return inputs.toArray(new Value[0]);
    }

    @Override
    public Value layerNorm(Value given, int width, double epsilon) {
        Value x = graph.cast(given, ElementType.FLOAT32);
        // The CPU kernel of LayerNormalization is 2.5 times slower than a subtraction and a root
        // mean square.
        Value centred =
                graph.subtract(
                        x,
                        graph.op(
                                "ReduceMean",
                                Map.of("keepdims", 1),
                                x,
                                graph.constant(new long[] {-1})));
        float[] ones = new float[width];
        Arrays.fill(ones, 1);
        return graph.op(
                "SimplifiedLayerNormalization",
                Map.of("axis", -1, "epsilon", (float) epsilon),
                centred,
                graph.constant(ones, width));
    }

    @Override
    public Value attention(Map<String, Object> attributes, Value q, Value k, Value v) {
        // the kernel knows float32 only
        return graph.op(
                "com.microsoft:MultiHeadAttention",
                attributes,
                graph.cast(q, ElementType.FLOAT32),
                graph.cast(k, ElementType.FLOAT32),
                graph.cast(v, ElementType.FLOAT32));
    }

    @Override
    public Value convolution(
            Value x, String prefix, int in, int out, int kernel, int stride, int padding) {
        Map<String, Object> attributes =
                Map.of(
                        "kernel_shape", new int[] {kernel, kernel},
                        "strides", new int[] {stride, stride},
                        "pads", new int[] {padding, padding, padding, padding});
        Value weight = graph.weight(prefix + ".weight", out, in, kernel, kernel);
        return graph.hasWeight(prefix + ".bias")
                ? graph.op("Conv", attributes, x, weight, graph.weight(prefix + ".bias", out))
                : graph.op("Conv", attributes, x, weight);
    }

    @Override
    public Value groupNorm(Value x, String prefix, int channels, int groups, double epsilon) {
        float[] ones = new float[groups];
        Arrays.fill(ones, 1);
        Value grouped = graph.reshape(x, 0, groups, -1);
        Value normed =
                graph.op(
                        "InstanceNormalization",
                        Map.of("epsilon", (float) epsilon),
                        grouped,
                        graph.constant(ones, groups),
                        graph.constant(new float[groups], groups));
        Value restored = graph.op("Reshape", normed, graph.op("Shape", x));
        Value scale = graph.reshape(graph.weight(prefix + ".weight", channels), 1, channels, 1, 1);
        Value shift = graph.reshape(graph.weight(prefix + ".bias", channels), 1, channels, 1, 1);
        return graph.add(graph.multiply(restored, scale), shift);
    }
}
