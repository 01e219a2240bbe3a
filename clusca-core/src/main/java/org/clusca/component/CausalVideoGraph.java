package org.clusca.component;

import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * The layers of {@link CausalVideoAutoencoder}; x is {@code [batch, channels, frames, height,
 * width]} throughout.
 */
final class CausalVideoGraph {
    /** Far below every score, and finite even when a score is added. */
    private static final double MASKED = -1e30;

    private final GraphBuilder graph;
    private final int groups;
    private final double epsilon;

    CausalVideoGraph(GraphBuilder graph, int groups, double epsilon) {
        this.graph = graph;
        this.groups = groups;
        this.epsilon = epsilon;
    }

    /**
     * A convolution of {@code PREFIX.conv.weight [out, in, kernel, kernel, kernel]} that sees a
     * frame and those before it: the edges are repeated in space, the first frame ahead in time.
     */
    Value convolution(Value x, String prefix, int in, int out, int kernel) {
        int space = kernel / 2;
        Value padded = x;
        if (kernel > 1) {
            Value pads = graph.constant(0, 0, kernel - 1, space, space, 0, 0, 0, space, space);
            padded = graph.op("Pad", Map.of("mode", "edge"), x, pads);
        }
        return graph.op(
                "Conv",
                Map.of("kernel_shape", new int[] {kernel, kernel, kernel}),
                padded,
                graph.weight(prefix + ".conv.weight", out, in, kernel, kernel, kernel),
                graph.weight(prefix + ".conv.bias", out));
    }

    /** Over the channels of a group in all frames together. */
    Value groupNorm(Value x, String prefix, int channels) {
        Value flat = graph.reshape(x, 0, channels, -1, 1);
        Value normed = graph.groupNorm(flat, prefix, channels, groups, epsilon);
        return graph.op("Reshape", normed, graph.op("Shape", x));
    }

    Value resnet(Value x, String prefix, int in, int out) {
        Value y = graph.silu(groupNorm(x, prefix + ".norm1", in));
        y = convolution(y, prefix + ".conv1", in, out, 3);
        y = graph.silu(groupNorm(y, prefix + ".norm2", out));
        y = convolution(y, prefix + ".conv2", out, out, 3);
        Value shortcut = in == out ? x : convolution(x, prefix + ".conv_shortcut", in, out, 1);
        return graph.add(shortcut, y);
    }

    /** Attention of one head, in which a cell sees all cells of its own and earlier frames. */
    Value attention(Value x, String prefix, int width) {
        Value normed = groupNorm(x, prefix + ".group_norm", width);
        Value tokens = graph.transpose(graph.reshape(normed, 0, width, -1), 0, 2, 1);
        Value mixed =
                graph.op(
                        "com.microsoft:MultiHeadAttention",
                        Map.of("num_heads", 1),
                        graph.linear(tokens, 3, prefix + ".to_q", width, width),
                        graph.linear(tokens, 3, prefix + ".to_k", width, width),
                        graph.linear(tokens, 3, prefix + ".to_v", width, width),
                        Value.NONE,
                        Value.NONE,
                        laterFrames(x, tokens));
        Value projected = graph.linear(mixed, 3, prefix + ".to_out.0", width, width);
        Value restored =
                graph.op("Reshape", graph.transpose(projected, 0, 2, 1), graph.op("Shape", x));
        return graph.add(x, restored);
    }

    /** What is added to the scores: {@code [1, 1, tokens, tokens]}. */
    private Value laterFrames(Value x, Value tokens) {
        Value count = scalar(graph.op("Shape", Map.of("start", 1, "end", 2), tokens));
        Value pixels =
                graph.op(
                        "ReduceProd",
                        Map.of("keepdims", 0),
                        graph.op("Shape", Map.of("start", 3), x));
        Value frame = graph.op("Div", range(count), pixels);
        Value later = graph.op("Less", graph.unsqueeze(frame, 1), graph.unsqueeze(frame, 0));
        Value bias = graph.op("Where", later, graph.scalar(MASKED), graph.scalar(0));
        return graph.op("Unsqueeze", bias, graph.constant(0, 1));
    }

    /** Repeats every frame but the first, and every pixel of a frame. */
    Value upsample(Value x, boolean frames, boolean pixels) {
        Value y = x;
        if (frames) {
            Value two = scalar(graph.constant(new long[] {2}));
            Value one = scalar(graph.constant(new long[] {1}));
            Value count = scalar(graph.op("Shape", Map.of("start", 2, "end", 3), x));
            Value longer = graph.subtract(graph.multiply(count, two), one);
            // frame j comes of frame j / 2, rounded up
            Value source = graph.op("Div", graph.add(range(longer), one), two);
            y = graph.op("Gather", Map.of("axis", 2), y, source);
        }
        if (pixels) {
            y =
                    graph.op(
                            "Resize",
                            Map.of(
                                    "mode",
                                    "nearest",
                                    "coordinate_transformation_mode",
                                    "asymmetric",
                                    "nearest_mode",
                                    "floor"),
                            y,
                            Value.NONE,
                            graph.constant(new float[] {1, 1, 1, 2, 2}, 5));
        }
        return y;
    }

    private Value range(Value count) {
        return graph.op(
                "Range",
                scalar(graph.constant(new long[] {0})),
                count,
                scalar(graph.constant(new long[] {1})));
    }

    /** Without its only axis. */
    private Value scalar(Value one) {
        return graph.op("Squeeze", one);
    }
}
