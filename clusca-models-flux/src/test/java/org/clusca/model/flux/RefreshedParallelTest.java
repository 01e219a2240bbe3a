package org.clusca.model.flux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.LocalModelDirectory;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.policy.Taylor;
import org.clusca.testing.Golden;
import org.clusca.testing.RecordedSteps;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokens of single blocks that are computed from the attention of an earlier step, against the same
 * network written without any caching.
 */
final class RefreshedParallelTest {
    private static final int TOKENS = 12;
    private static final int[] LATENT = {16, 8, 12};

    private final FluxTransformer transformer = transformer();
    private final TransformerSpec spec = transformer.spec(LATENT, TOKENS);
    private final Tensor text = noise(1, 1, TOKENS, transformer.config().textWidth());
    private final Tensor pooled = noise(2, 1, transformer.config().pooledWidth());
    private final Tensor latent = noise(3, 1, LATENT[0], LATENT[1], LATENT[2]);

    private static FluxTransformer transformer() {
        LocalModelDirectory directory =
                LocalModelDirectory.open(Golden.folder("flux").resolve("pipeline"));
        return new FluxTransformer(
                FluxConfig.diffusers(directory.json("transformer/config.json")),
                directory.weights("transformer"));
    }

    private static Tensor noise(int seed, int... shape) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data().put(i, (float) random.nextGaussian());
        }
        return tensor;
    }

    /** Full, then everything that works token by token on every {@code stride}-th token. */
    private record Refreshing(int stride) implements CachePolicy {
        @Override
        public String tag() {
            return "refreshing";
        }

        @Override
        public Requirements requirements() {
            return Requirements.builder()
                    .order(0)
                    .tokens(BranchKind.MLP, BranchKind.PARALLEL)
                    .build();
        }

        @Override
        public CacheSession open(GenerationContext context) {
            return step -> {
                List<Action> actions = new ArrayList<>();
                for (Branch branch : context.branches()) {
                    actions.add(
                            step.index() == 0
                                    ? new Action.Compute(false)
                                    : branch.id().kind() == BranchKind.ATTENTION
                                            ? new Action.Predict(new Taylor(0))
                                            : new Action.ComputeTokens(
                                                    new int[][] {every(branch.tokens(), stride)},
                                                    new Merge.Replace(),
                                                    new Taylor(0)));
                }
                return new StepPlan(actions, false);
            };
        }
    }

    private static int[] every(int tokens, int stride) {
        return IntStream.range(0, tokens).filter(token -> token % stride == 0).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void computesFromTheAttentionThatWasKept(int stride) {
        LocalModelDirectory directory =
                LocalModelDirectory.open(Golden.folder("flux").resolve("pipeline"));
        RecordedFlux model =
                new RecordedFlux(
                        transformer,
                        directory.json("scheduler/scheduler_config.json"),
                        text,
                        pooled);
        try (Pipeline pipeline = Clusca.create().open(model, 0)) {
            List<Tensor> outputs = new ArrayList<>();
            Generated generated =
                    pipeline.generate(
                            Request.builder()
                                    .conditions("noise")
                                    .steps(2)
                                    .guidance(2)
                                    .policy(new Refreshing(stride))
                                    .scheduler(
                                            RecordedSteps.watch(
                                                    pipeline.defaultScheduler(), outputs))
                                    .initialLatents(latent)
                                    .keepLatents(true)
                                    .decode(false)
                                    .build());
            double[] timesteps =
                    pipeline.defaultScheduler().schedule(2, LATENT[1] * LATENT[2] / 4).timesteps();
            Map<String, Tensor> kept = run(new Keeping(), latent, timesteps[0], Map.of());
            Golden.assertClose("full step", outputs.get(0), kept.remove("output"), 1e-5);
            Tensor expected =
                    run(new Reusing(stride), generated.stepLatents().get(0), timesteps[1], kept)
                            .get("output");
            Golden.assertClose("refreshed step", outputs.get(1), expected, 1e-5);
        }
    }

    /** Writes a network into a graph. */
    private interface Writer {
        PlainLinker linker(OnnxGraph graph);
    }

    private Map<String, Tensor> run(
            Writer writer, Tensor cells, double timestep, Map<String, Tensor> kept) {
        OnnxGraph graph = new OnnxGraph("reference", transformer.weights());
        Map<String, Value> context = NetworkGraphs.context(graph, spec);
        Map<String, Tensor> inputs = new HashMap<>(spec.positions());
        inputs.put(FluxTransformer.TEXT, TextStream.of(transformer, text));
        inputs.put("latent", cells);
        inputs.put("modulation", modulation(timestep));
        inputs.putAll(kept);
        graph.output(
                "output",
                transformer.forward(
                        graph,
                        writer.linker(graph),
                        graph.input("latent", "", cells.shape()),
                        graph.input("modulation", "", new int[2]),
                        context));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs);
        }
    }

    private Tensor modulation(double timestep) {
        OnnxGraph graph =
                NetworkGraphs.modulation("modulation", transformer, transformer.weights());
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("timestep", Tensor.of(new float[] {(float) timestep}, 1));
        inputs.put(FluxTransformer.POOLED, pooled);
        if (transformer.config().guidance()) {
            inputs.put(FluxTransformer.GUIDANCE, Tensor.of(new float[] {2}, 1));
        }
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs).get("modulation");
        }
    }

    private static String name(String what, BranchId id) {
        return what + "." + id;
    }

    /** Everything computed; keeps what the next step uses. */
    private static final class Keeping implements Writer {
        @Override
        public PlainLinker linker(OnnxGraph graph) {
            return new PlainLinker(graph) {
                @Override
                protected Value add(Residual part, Value output) {
                    graph.output(name("feature", part.id()), output);
                    return super.add(part, output);
                }

                @Override
                public List<Value> attention(
                        List<Residual> parts, List<Value> read, Attention attention) {
                    return super.attention(parts, read, new Kept(attention, this::keep, parts));
                }

                private Value keep(BranchId id, Value mixed) {
                    graph.output(name("mixed", id), mixed);
                    return mixed;
                }
            };
        }
    }

    /** An attention that goes on with something else than what it brings. */
    private record Kept(
            Attention attention, BiFunction<BranchId, Value, Value> kept, List<Residual> parts)
            implements Attention {
        @Override
        public Heads heads() {
            return attention.heads();
        }

        @Override
        public Projected project(int part, Value rows, Rows which) {
            return attention.project(part, rows, which);
        }

        @Override
        public Value out(int part, Value rows, Value mixed) {
            BranchId id = parts.get(part).id();
            return attention.out(
                    part, rows, id.kind() == BranchKind.PARALLEL ? kept.apply(id, mixed) : mixed);
        }
    }

    /** Attention as it was kept; of the rest every stride-th token computed, the others as kept. */
    private record Reusing(int stride) implements Writer {
        @Override
        public PlainLinker linker(OnnxGraph graph) {
            return new PlainLinker(graph) {
                @Override
                protected Value add(Residual part, Value output) {
                    Value kept = graph.input(name("feature", part.id()), "", new int[3]);
                    if (part.id().kind() == BranchKind.ATTENTION) {
                        return super.add(part, kept);
                    }
                    return super.add(part, graph.op("Where", chosen(part.x()), output, kept));
                }

                /** {@code [1, tokens, 1]}, from the positions modulo the stride. */
                private Value chosen(Value x) {
                    Value tokens =
                            graph.op("Squeeze", graph.op("Shape", Map.of("start", 1, "end", 2), x));
                    Value zero = graph.op("Squeeze", graph.constant(new long[] {0}));
                    Value one = graph.op("Squeeze", graph.constant(new long[] {1}));
                    Value positions = graph.op("Range", zero, tokens, one);
                    Value rest = graph.op("Mod", positions, graph.constant(new long[] {stride}));
                    return graph.reshape(
                            graph.op("Equal", rest, graph.constant(new long[] {0})), 1, -1, 1);
                }

                @Override
                public List<Value> attention(
                        List<Residual> parts, List<Value> read, Attention attention) {
                    return super.attention(parts, read, new Kept(attention, this::earlier, parts));
                }

                private Value earlier(BranchId id, Value mixed) {
                    return graph.input(name("mixed", id), "", new int[3]);
                }
            };
        }
    }
}
