package org.clusca.onnx;

import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.QuantizedWeight;

/**
 * Layers of which a runtime has several forms, each written into one graph as the operations that
 * run fastest on a device. Shapes are those of {@link org.clusca.api.graph.GraphBuilder}.
 */
public interface Layers {
    Value linear(Value x, int rank, String prefix, int in, int out);

    /** With a matrix that is rounded. */
    Value linear(Value x, int rank, String prefix, QuantizedWeight weight);

    Value layerNorm(Value x, int width, double epsilon);

    /**
     * Without mask.
     *
     * @param attributes of {@code com.microsoft:MultiHeadAttention}
     */
    Value attention(Map<String, Object> attributes, Value q, Value k, Value v);

    Value convolution(Value x, String prefix, int in, int out, int kernel, int stride, int padding);

    Value groupNorm(Value x, String prefix, int channels, int groups, double epsilon);
}
