package org.clusca.engine.trunk;

import java.util.Map;
import org.clusca.api.cache.Norm;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/** Writes a {@link Norm}: how far one tensor is from another, by batch row. */
record NormGraph(GraphBuilder graph) {
    private static final Map<String, Object> DROP = Map.of("keepdims", 0);

    /** Keeps an element of nothing from dividing by it. */
    private static final double TINY = 1e-10;

    /**
     * @param a {@code [batch, tokens, channels]}, as is b
     * @return {@code [batch]}
     */
    Value write(Norm norm, Value a, Value b) {
        return switch (norm) {
            case L1 -> mean(distance(a, b));
            case L2 -> {
                Value difference = graph.subtract(a, b);
                yield graph.op("Sqrt", mean(graph.multiply(difference, difference)));
            }
            case RELATIVE_L1 -> divide(mean(distance(a, b)), mean(graph.op("Abs", b)));
            case RELATIVE_L2 -> divide(euclidean(graph.subtract(a, b)), euclidean(b));
            case ELEMENTWISE_L1 -> mean(elementwise(a, b));
            case ELEMENTWISE_L2 -> {
                Value ratio = elementwise(a, b);
                yield graph.op("Sqrt", mean(graph.multiply(ratio, ratio)));
            }
            case COSINE -> {
                Value product = graph.op("ReduceSum", DROP, graph.multiply(a, b), axes());
                Value cosine = divide(product, graph.multiply(euclidean(a), euclidean(b)));
                yield graph.subtract(graph.scalar(1), cosine);
            }
        };
    }

    private Value distance(Value a, Value b) {
        return graph.op("Abs", graph.subtract(a, b));
    }

    private Value elementwise(Value a, Value b) {
        return divide(distance(a, b), graph.add(graph.op("Abs", b), graph.scalar(TINY)));
    }

    private Value mean(Value x) {
        return graph.op("ReduceMean", DROP, x, axes());
    }

    private Value euclidean(Value x) {
        return graph.op("ReduceL2", DROP, x, axes());
    }

    private Value divide(Value a, Value b) {
        return graph.op("Div", a, b);
    }

    private Value axes() {
        return graph.constant(1, 2);
    }
}
