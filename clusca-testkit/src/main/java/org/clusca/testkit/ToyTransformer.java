package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.TransformerSpec;

/** The network of {@link ToyModel}: a class is added to the timestep. */
final class ToyTransformer extends ToyNetwork {
    static final String CLASS = "class";

    private static final int INT64 = 7;

    @Override
    public TransformerSpec spec() {
        return shape(0).conditionRows(Map.of(CLASS, new int[0])).build();
    }

    @Override
    public Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition) {
        Value label =
                graph.op(
                        "Gather",
                        numbers(graph, 1, 1, ToyModel.CLASSES.size() + 1, WIDTH),
                        graph.op(
                                "Cast", Map.of("to", INT64), requireNonNull(condition.get(CLASS))));
        return vectors(graph, graph.add(time(graph, timestep), label));
    }
}
