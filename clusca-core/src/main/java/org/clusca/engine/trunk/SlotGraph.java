package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.Value;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/**
 * One slot of the feature cache within the graph: the features that come in, the differences that
 * go out, and what is predicted from them.
 */
final class SlotGraph {
    private final OnnxGraph graph;
    private final ElementType type;
    private final List<Value> stored = new ArrayList<>();
    private final List<Value> coefficients;
    private final List<Value> rates;
    private final Optional<Value> tokenDistances;

    /**
     * @param coefficients of this slot, one per order, {@code [1]} or {@code [1, width]}
     * @param rates of this slot, one per order but the first
     * @param tokenDistances by how much the first rate is larger at each token, {@code [batch,
     *     tokens, 1]}; empty where it is not
     */
    SlotGraph(
            OnnxGraph graph,
            ElementType type,
            int slot,
            int order,
            int width,
            List<Value> coefficients,
            List<Value> rates,
            Optional<Value> tokenDistances) {
        this.graph = graph;
        this.type = type;
        this.coefficients = coefficients;
        this.rates = rates;
        this.tokenDistances = tokenDistances;
        for (int i = 0; i <= order; i++) {
            stored.add(
                    graph.input(
                            TrunkInputs.feature(slot, i), type, "batch", "tokens" + slot, width));
        }
    }

    /** Order {@code i} as it is computed with. Written where it is used: a cast is a pass. */
    Value feature(int i) {
        return graph.cast(stored.get(i), ElementType.FLOAT32);
    }

    /** A new feature as it is kept. */
    Value kept(Value feature) {
        return graph.cast(feature, type);
    }

    /** Stand for kept features that nobody asks for. */
    List<Value> nothing(int count) {
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(kept(graph.op("Identity", graph.constant(new float[0], 0, 0, 0))));
        }
        return values;
    }

    /**
     * The feature and its backward divided differences, each from the one before: new[i+1] =
     * (new[i] - old[i]) * rate; as they are kept.
     *
     * @param first order to begin with
     */
    List<Value> differences(Value output, int first) {
        List<Value> values = new ArrayList<>();
        Value difference = output;
        for (int i = 0; i < stored.size(); i++) {
            if (i > 0) {
                difference = graph.multiply(graph.subtract(difference, feature(i - 1)), rate(i));
            }
            if (i >= first) {
                values.add(kept(difference));
            }
        }
        return values;
    }

    /** Factor of a difference. */
    private Value rate(int order) {
        Value rate = rates.get(order - 1);
        return order == 1 && tokenDistances.isPresent()
                ? graph.multiply(rate, tokenDistances.get())
                : rate;
    }

    /** The change of the first difference, or of the feature where no difference is kept. */
    Value change(Value output) {
        Value difference = graph.subtract(output, feature(0));
        return stored.size() == 1
                ? difference
                : graph.subtract(graph.multiply(difference, rate(1)), feature(1));
    }

    /**
     * {@code feature0 + sum of (ci / c0) * featurei}: on large tensors a factor per slot is cheaper
     * than one per channel, and order 0, whose factor is left to the caller, needs none.
     */
    Value sum(Value feature0) {
        return sum(feature0, UnaryOperator.identity());
    }

    /** The sum at some tokens. */
    Value sum(UnaryOperator<Value> tokens) {
        return sum(tokens.apply(feature(0)), tokens);
    }

    private Value sum(Value feature0, UnaryOperator<Value> tokens) {
        Value sum = feature0;
        for (int i = 1; i < stored.size(); i++) {
            sum = graph.add(sum, graph.multiply(tokens.apply(feature(i)), coefficients.get(i)));
        }
        return sum;
    }

    /** Factor of order 0. */
    Value factor() {
        return coefficients.get(0);
    }
}
