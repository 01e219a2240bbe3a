package org.clusca.model.dit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.clusca.Clusca;
import org.clusca.api.Parameter;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.SafetensorsFile;
import org.clusca.policy.ClusCa;
import org.clusca.policy.Fora;
import org.clusca.policy.SpeCa;
import org.clusca.policy.TaylorSeer;
import org.clusca.policy.TokenSelector;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The authors' own runs of ClusCa, TaylorSeer, FORA and SpeCa, replayed draw by draw. */
@Tag("golden")
final class CacheReplayGoldenTest {
    /** Runs of the policies that are there, and what their sampler started from. */
    static Stream<String> runs() {
        return ReplayRuns.parameters().entrySet().stream()
                .filter(
                        run ->
                                List.of("none", "fora", "taylorseer", "clusca", "speca")
                                        .contains(run.getValue().text("policy")))
                .map(Map.Entry::getKey)
                .sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void replays(String run) {
        Config parameters = ReplayRuns.parameters().get(run);
        SafetensorsFile golden = Golden.file("dit_cache", run + ".safetensors");
        boolean ddpm = parameters.text("sampler", "ddim").equals("ddpm");
        // all runs of one sampler share their start; one file of each kind holds it
        SafetensorsFile start = holding("noise", ddpm);
        int steps = parameters.whole("steps");
        ReplayRecorder recorder = new ReplayRecorder();
        try (Pipeline pipeline =
                Clusca.open(Golden.folder("dit").resolve("dit_original_names.safetensors"))) {
            Generated generated =
                    pipeline.generate(
                            Request.builder()
                                    .conditions(Long.toString(start.longs("y")[0]))
                                    .steps(steps)
                                    .guidance(parameters.real("guidance", 1))
                                    .policy(recorder.watch(policy(parameters, golden)))
                                    .scheduler(recorder.watch(sampler(pipeline.model(), ddpm)))
                                    .initialLatents(start.tensor("noise"))
                                    .noise(recordedNoise(ddpm))
                                    .keepLatents(true)
                                    .decode(false)
                                    .listener(recorder::onStep)
                                    .build());
            new ReplayChecks(golden, recorder).check(generated);
        }
    }

    private static CachePolicy policy(Config parameters, SafetensorsFile golden) {
        return switch (parameters.text("policy")) {
            case "none" -> NoCache.INSTANCE;
            // without a rule of its own it ran in the code of TaylorSeer, with order 0
            case "fora" ->
                    parameters.has("rule")
                            ? new Fora(parameters.whole("interval"))
                            : new TaylorSeer(parameters.whole("interval"), 0, 2);
            case "taylorseer" ->
                    new TaylorSeer(parameters.whole("interval"), parameters.whole("order"), 2);
            case "clusca" ->
                    ClusCa.builder()
                            .interval(parameters.whole("interval"))
                            .order(parameters.whole("order"))
                            .clusters(parameters.whole("clusters"))
                            .propagation(parameters.real("propagation", 0))
                            .clusterer(new RecordedStart(golden.longs("kmeans_init")))
                            .selector(recordedTokens(golden))
                            .token0WhereEmpty(true)
                            .rowsApart(true)
                            .build();
            case "speca" ->
                    new SpeCa(
                            Map.of(
                                    "threshold", number(parameters, "baseThreshold"),
                                    "decay", number(parameters, "decayRate"),
                                    "floor", number(parameters, "thresholdFloor"),
                                    "min", number(parameters, "minTaylorSteps"),
                                    "max", number(parameters, "maxTaylorSteps"),
                                    "order", number(parameters, "order"),
                                    "first", number(parameters, "firstSteps"),
                                    "error",
                                            parameters
                                                    .text("errorMetric")
                                                    .replace("_similarity", "")
                                                    .replace('_', '-')));
            default -> throw new IllegalArgumentException(parameters.text("policy"));
        };
    }

    private static String number(Config parameters, String name) {
        return Parameter.format(parameters.real(name, Double.NaN));
    }

    /** The paper's k-means as published, started from the recorded tokens. */
    private record RecordedStart(long[] tokens) implements Clusterer {
        @Override
        public String tag() {
            return "recorded";
        }

        @Override
        public Clustering cluster(ClusteringRequest request) {
            Clusterer published = Clusca.create().clusterer("kmeans(empty=zero)");
            if (request.start() != null) {
                return published.cluster(request);
            }
            Tensor from = request.tokens();
            int channels = from.dimension(2);
            Tensor start = Tensor.zeros(from.dimension(0), request.clusters(), channels);
            for (int i = 0; i < tokens.length; i++) {
                int row = i / request.clusters();
                start.data()
                        .put(
                                i * channels,
                                from.data(),
                                (row * from.dimension(1) + (int) tokens[i]) * channels,
                                channels);
            }
            return published.cluster(
                    new ClusteringRequest(from, request.clusters(), start, request.seed()));
        }
    }

    /** Draws come in the order of steps, layers, batch rows. */
    private static TokenSelector recordedTokens(SafetensorsFile golden) {
        long[] fresh = golden.longs("fresh");
        int[] shape = golden.shape("fresh");
        Map<Integer, Integer> callOfStep = new HashMap<>();
        AtomicInteger calls = new AtomicInteger();
        return (seed, step, branch, row, clustering) -> {
            int call = callOfStep.computeIfAbsent(step, missing -> calls.getAndIncrement());
            int layer = branch / 2;
            int from = ((call * shape[1] + layer) * shape[2] + row) * shape[3];
            return Arrays.stream(fresh, from, from + shape[3])
                    .mapToInt(token -> (int) token)
                    .toArray();
        };
    }

    private static Scheduler sampler(Model model, boolean ddpm) {
        Map<String, Object> config = new HashMap<>(model.scheduler().values());
        config.put("sampler", ddpm ? "ddpm" : "ddim");
        return Clusca.create().scheduler(new Config("recorded run", config));
    }

    private static NoiseSource recordedNoise(boolean ddpm) {
        if (!ddpm) {
            return (step, shape) -> {
                throw new AssertionError("DDIM draws no noise");
            };
        }
        Tensor noise = holding("step_noise", true).tensor("step_noise");
        return (step, shape) -> noise.rows(step, step + 1).reshape(shape);
    }

    private static SafetensorsFile holding(String tensor, boolean ddpm) {
        return ReplayRuns.parameters().entrySet().stream()
                .filter(run -> run.getValue().text("sampler", "ddim").equals("ddpm") == ddpm)
                .map(run -> Golden.file("dit_cache", run.getKey() + ".safetensors"))
                .filter(file -> file.has(tensor))
                .findFirst()
                .orElseThrow();
    }
}
