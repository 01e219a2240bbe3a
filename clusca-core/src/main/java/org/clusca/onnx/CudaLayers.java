package org.clusca.onnx;

import java.util.Arrays;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.QuantizedWeight;

/** As the CUDA provider runs them fastest. */
record CudaLayers(OnnxGraph graph, CpuLayers same) implements Layers {
    CudaLayers(OnnxGraph graph) {
        this(graph, new CpuLayers(graph));
    }

    @Override
    public Value linear(Value x, int rank, String prefix, int in, int out) {
        return same.linear(x, rank, prefix, in, out);
    }

    @Override
    public Value linear(Value x, int rank, String prefix, QuantizedWeight weight) {
        return same.linear(x, rank, prefix, weight);
    }

    /** One kernel, where the CPU's is the slower way. */
    @Override
    public Value layerNorm(Value x, int width, double epsilon) {
        float[] ones = new float[width];
        Arrays.fill(ones, 1);
        return graph.op(
                "LayerNormalization",
                Map.of("axis", -1, "epsilon", (float) epsilon),
                x,
                graph.constant(ones, width));
    }

    /** In the type that the graph computes in, for which there are flash kernels in 16 bits. */
    @Override
    public Value attention(Map<String, Object> attributes, Value q, Value k, Value v) {
        return graph.op("com.microsoft:MultiHeadAttention", attributes, q, k, v);
    }

    @Override
    public Value convolution(
            Value x, String prefix, int in, int out, int kernel, int stride, int padding) {
        return same.convolution(x, prefix, in, out, kernel, stride, padding);
    }

    @Override
    public Value groupNorm(Value x, String prefix, int channels, int groups, double epsilon) {
        return same.groupNorm(x, prefix, channels, groups, epsilon);
    }
}
