package org.clusca.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Condition;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkForm;
import org.clusca.engine.trunk.TrunkWeights;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;

/** A transformer's two computations, each run by itself, without an engine around them. */
final class Network {
    private final Transformer transformer;
    private final TransformerSpec spec;

    /**
     * @param spec of the size that is run
     */
    Network(Transformer transformer, TransformerSpec spec) {
        this.transformer = transformer;
        this.spec = spec;
    }

    /** The branches that {@link Transformer#forward} writes, without running any. */
    RecordingLinker written() {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        return trunk(graph, RecordingLinker.Way.WHOLE);
    }

    private RecordingLinker trunk(OnnxGraph graph, RecordingLinker.Way way) {
        RecordingLinker linker = new RecordingLinker(graph, way);
        trunk(graph, linker);
        return linker;
    }

    private void trunk(OnnxGraph graph, BranchLinker linker) {
        trunk(graph, graph, linker);
    }

    /**
     * @param builder writes into the graph
     */
    private void trunk(OnnxGraph graph, GraphBuilder builder, BranchLinker linker) {
        Value latent = graph.input("latent", "batch", spec.latentShape());
        Value modulation =
                graph.input("modulation", ElementType.FLOAT32, "batch", spec.modulationWidth());
        Map<String, Value> context = NetworkGraphs.context(graph, spec);
        graph.output("output", transformer.forward(builder, linker, latent, modulation, context));
    }

    /** The condition has the rows that the spec names, in their shapes. */
    void assertTakes(Condition condition) {
        assertRows(condition.label(), condition.rows(), spec.conditionRows());
        assertRows(condition.label(), condition.context(), spec.contextRows());
    }

    private static void assertRows(
            String label, Map<String, Tensor> rows, Map<String, int[]> expected) {
        assertThat(rows.keySet())
                .as("Rows of the condition '%s'", label)
                .isEqualTo(expected.keySet());
        rows.forEach(
                (name, row) -> {
                    assertThat(row.dimension(0)).as("Rows of %s of '%s'", name, label).isEqualTo(1);
                    assertThat(Arrays.copyOfRange(row.shape(), 1, row.rank()))
                            .as("Shape of %s of '%s'", name, label)
                            .isEqualTo(expected.get(name));
                });
    }

    /** {@code [rows, modulationWidth]}, one row per condition. */
    Tensor modulation(double timestep, List<Condition> conditions) {
        int rows = conditions.size();
        Map<String, Tensor> inputs =
                rows(spec.conditionRows(), conditions.stream().map(Condition::rows).toList());
        Tensor times = Tensor.zeros(rows);
        for (int i = 0; i < rows; i++) {
            times.data().put(i, (float) timestep);
        }
        inputs.put("timestep", times);
        OnnxGraph graph =
                NetworkGraphs.modulation("modulation", transformer, transformer.weights());
        return run("The modulation", graph, inputs, "modulation", rows, spec.modulationWidth());
    }

    /** {@code [batch, outputChannels, height, width]}, every branch run. */
    Tensor forward(
            Tensor latent, Tensor modulation, List<Condition> conditions, RecordingLinker.Way way) {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        trunk(graph, way);
        int[] shape = latent.shape();
        shape[1] = spec.outputChannels();
        return run("The output", graph, inputs(latent, modulation, conditions), "output", shape);
    }

    /** All outputs of the network as a linker writes it. */
    Map<String, Tensor> run(
            Function<OnnxGraph, PlainLinker> linker,
            Tensor latent,
            Tensor modulation,
            List<Condition> conditions,
            Map<String, Tensor> others) {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        trunk(graph, linker.apply(graph));
        Map<String, Tensor> inputs = inputs(latent, modulation, conditions);
        inputs.putAll(others);
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs);
        }
    }

    /** Multiply-adds of the network, by what the linker says they are for. */
    Map<List<BranchId>, Long> counted(
            Function<CountingGraph, PlainLinker> linker,
            Tensor latent,
            Tensor modulation,
            List<Condition> conditions) {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        CountingGraph counting = new CountingGraph(graph);
        trunk(graph, counting, linker.apply(counting));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return counting.counts(session.run(inputs(latent, modulation, conditions)));
        }
    }

    /** The network's engine with a policy, and conditions of the rows of its batch. */
    Trunk trunk(CachePolicy policy) {
        return Trunk.load(
                new CpuDevice(0),
                "trunk",
                transformer,
                TrunkWeights.same(transformer.weights()),
                spec,
                TrunkForm.of(policy.requirements(spec.branches()), CachePrecision.FLOAT32, spec));
    }

    /** The un-gated output of one branch {@code [batch, tokens, width]}. */
    Tensor branch(int index, Tensor latent, Tensor modulation, List<Condition> conditions) {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        graph.output(
                "branch", trunk(graph, RecordingLinker.Way.WHOLE).written().get(index).output());
        return run(
                "The output of branch " + spec.branches().get(index).id(),
                graph,
                inputs(latent, modulation, conditions),
                "branch",
                latent.dimension(0),
                spec.branches().get(index).tokens(),
                spec.branches().get(index).width());
    }

    /** What the first block adds to the streams. */
    Map<Stream, Tensor> added(Tensor latent, Tensor modulation, List<Condition> conditions) {
        Map<Stream, Tensor> added = new EnumMap<>(Stream.class);
        for (Branch branch : spec.branches()) {
            Stream stream = branch.id().stream();
            if (branch.id().block() == 0 && !added.containsKey(stream)) {
                OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
                graph.output(
                        "added",
                        requireNonNull(
                                trunk(graph, RecordingLinker.Way.WHOLE).added().get(stream)));
                added.put(
                        stream,
                        run(
                                "What the first block adds",
                                graph,
                                inputs(latent, modulation, conditions),
                                "added",
                                latent.dimension(0),
                                branch.tokens(),
                                branch.width()));
            }
        }
        return added;
    }

    /** The network's output when the first block is taken to add something else. */
    Tensor adding(
            Map<Stream, Tensor> added,
            Tensor latent,
            Tensor modulation,
            List<Condition> conditions) {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        Map<String, Tensor> inputs = inputs(latent, modulation, conditions);
        Map<Stream, Value> values = new EnumMap<>(Stream.class);
        added.forEach(
                (stream, tensor) -> {
                    String name = "added" + stream;
                    int[] shape = tensor.shape();
                    values.put(
                            stream,
                            graph.input(name, ElementType.FLOAT32, shape[0], shape[1], shape[2]));
                    inputs.put(name, tensor);
                });
        RecordingLinker linker = new RecordingLinker(graph, RecordingLinker.Way.WHOLE);
        linker.replacing(values);
        trunk(graph, linker);
        int[] shape = latent.shape();
        shape[1] = spec.outputChannels();
        return run("The output", graph, inputs, "output", shape);
    }

    /** A value of the trunk, every branch run. */
    Tensor value(
            Function<RecordingLinker, Value> chosen,
            Tensor latent,
            Tensor modulation,
            List<Condition> conditions,
            int... shape) {
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        graph.output("value", chosen.apply(trunk(graph, RecordingLinker.Way.WHOLE)));
        return run("A value", graph, inputs(latent, modulation, conditions), "value", shape);
    }

    private Map<String, Tensor> inputs(
            Tensor latent, Tensor modulation, List<Condition> conditions) {
        Map<String, Tensor> inputs = rows(spec.trunkRows(), prepared(conditions));
        inputs.putAll(spec.positions());
        inputs.put("latent", latent);
        inputs.put("modulation", modulation);
        return inputs;
    }

    /** What the trunk reads of each condition. */
    List<Map<String, Tensor>> prepared(List<Condition> conditions) {
        if (spec.preparedRows().isEmpty()) {
            return conditions.stream().map(Condition::context).toList();
        }
        List<Map<String, Tensor>> prepared = new ArrayList<>();
        OnnxGraph graph = NetworkGraphs.prepared("preparation", transformer, transformer.weights());
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            for (Condition condition : conditions) {
                Map<String, Tensor> outputs = session.run(condition.context());
                Map<String, Tensor> own = new HashMap<>();
                spec.preparedRows()
                        .keySet()
                        .forEach(
                                name ->
                                        own.put(
                                                name,
                                                requireNonNull(
                                                        outputs.get(
                                                                NetworkGraphs.PREPARED + name))));
                prepared.add(own);
            }
        }
        return prepared;
    }

    /** One row for each condition. */
    private static Map<String, Tensor> rows(
            Map<String, int[]> names, List<Map<String, Tensor>> conditions) {
        Map<String, Tensor> stacked = new HashMap<>();
        for (String name : names.keySet()) {
            Tensor[] rows = conditions.stream().map(row -> row.get(name)).toArray(Tensor[]::new);
            stacked.put(name, Numbers.stack(rows));
        }
        return stacked;
    }

    private static Tensor run(
            String what, OnnxGraph graph, Map<String, Tensor> inputs, String output, int... shape) {
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs, output, shape);
        } catch (CluscaException e) {
            throw new AssertionError(
                    what
                            + " cannot be computed in the shape that the spec promises, "
                            + Arrays.toString(shape)
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
