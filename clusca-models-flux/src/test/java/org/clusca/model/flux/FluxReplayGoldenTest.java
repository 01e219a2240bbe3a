package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.policy.ClusCa;
import org.clusca.policy.FreqCa;
import org.clusca.policy.TaylorSeer;
import org.clusca.policy.TokenSelector;
import org.clusca.testing.Golden;
import org.clusca.testing.RecordedSteps;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The authors' own runs of ClusCa, TaylorSeer and FreqCa on FLUX, replayed draw by draw. */
@Tag("golden")
final class FluxReplayGoldenTest {
    private static final double TOLERANCE = 1e-4;

    /** Leading full steps of the published code, and rounds of its k-means. */
    private static final int FIRST = 3;

    private static final String PUBLISHED_CLUSTERER = "kmeans(empty=zero,iterations=10)";

    private static final List<String> POLICIES = List.of("none", "taylorseer", "clusca", "freqca");

    /** In a double block the branches are attention of text and image, MLP of image and text. */
    private static final int BRANCHES = 4;

    private static final int TEXT_MLP = 3;

    private final SafetensorsFile start = Golden.file("flux_cache", "none.safetensors");

    /** Runs of the policies that are replayed here. */
    static List<String> runs() {
        return parameters().keys().stream()
                .filter(run -> POLICIES.contains(parameters(run).text("policy")))
                .sorted()
                .toList();
    }

    private static Config parameters(String run) {
        return new Config(run, asMap(parameters().values().get(run)));
    }

    private static Config parameters() {
        return LocalModelDirectory.open(Golden.folder("flux_cache")).json("runs.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void replays(String run) {
        Config parameters = parameters(run);
        SafetensorsFile golden = Golden.file("flux_cache", run + ".safetensors");
        List<String> kinds = new ArrayList<>();
        List<Tensor> outputs = new ArrayList<>();
        Model model = model();
        Tensor noise = (golden.has("noise") ? golden : start).tensor("noise");
        int cells = 2 * (int) Math.round(Math.sqrt(noise.dimension(1)));
        RecordedStart clusterer = new RecordedStart(golden);
        try (Pipeline pipeline = Clusca.create().open(model, 0)) {
            Generated generated =
                    pipeline.generate(
                            Request.builder()
                                    .conditions("recorded")
                                    .steps(parameters.whole("steps"))
                                    .guidance(parameters.real("guidance", 3.5))
                                    .policy(policy(parameters, golden, clusterer))
                                    .scheduler(
                                            RecordedSteps.watch(
                                                    pipeline.defaultScheduler(), outputs))
                                    .initialLatents(Packing.unpack(noise, cells, cells))
                                    .keepLatents(true)
                                    .decode(false)
                                    .listener(step -> kinds.add(step.step().kind().toString()))
                                    .build());
            boolean skips = parameters.text("policy").equals("freqca");
            String[] names = {"full", "tokens", skips ? "skipped" : "predicted"};
            assertThat(kinds)
                    .containsExactly(
                            Arrays.stream(golden.longs("types"))
                                    .mapToObj(type -> names[(int) type])
                                    .toArray(String[]::new));
            clusterer.assertAll();
            long[] at = golden.longs("steps");
            for (int i = 0; i < at.length; i++) {
                Golden.assertClose(
                        "velocity at step " + at[i],
                        Packing.pack(outputs.get((int) at[i])),
                        golden.tensor("model_out").rows(i, i + 1),
                        TOLERANCE);
                Golden.assertClose(
                        "latents after step " + at[i],
                        Packing.pack(generated.stepLatents().get((int) at[i])),
                        golden.tensor("latents").rows(i, i + 1),
                        TOLERANCE);
            }
        }
    }

    private static Map<String, Object> asMap(Object values) {
        Map<String, Object> map = new HashMap<>();
        ((Map<?, ?>) values).forEach((key, value) -> map.put((String) key, value));
        return map;
    }

    private Model model() {
        LocalModelDirectory directory =
                LocalModelDirectory.open(Golden.folder("flux").resolve("pipeline"));
        return new RecordedFlux(
                new FluxTransformer(
                        FluxConfig.diffusers(directory.json("transformer/config.json")),
                        directory.weights("transformer")),
                directory.json("scheduler/scheduler_config.json"),
                start.tensor("txt"),
                start.tensor("y"));
    }

    private static CachePolicy policy(
            Config parameters, SafetensorsFile golden, RecordedStart clusterer) {
        return switch (parameters.text("policy")) {
            case "none" -> NoCache.INSTANCE;
            case "taylorseer" ->
                    new TaylorSeer(parameters.whole("interval"), parameters.whole("order"), FIRST);
            case "clusca" ->
                    ClusCa.builder()
                            .interval(parameters.whole("interval"))
                            .order(parameters.whole("order"))
                            .clusters(parameters.whole("clusters"))
                            .propagation(parameters.real("propagation", 0))
                            .textPropagation(0)
                            .first(FIRST)
                            .clusterer(clusterer)
                            .selector(recordedTokens(golden))
                            .token0WhereEmpty(true)
                            .rowsApart(true)
                            .build();
            case "freqca" -> freqca(parameters);
            default -> throw new IllegalArgumentException(parameters.text("policy"));
        };
    }

    private static CachePolicy freqca(Config parameters) {
        Map<String, String> given = new HashMap<>();
        given.put("low", Integer.toString(parameters.whole("lowOrder")));
        given.put("first", Integer.toString(parameters.whole("firstSteps")));
        for (String name :
                List.of("interval", "order", "transform", "cutoff", "forecast", "sigma")) {
            given.put(name, parameters.values().get(name).toString());
        }
        return new FreqCa(given);
    }

    /**
     * The published k-means from the recorded tokens. At every full step the image stream is
     * clustered, then the text stream.
     */
    private static final class RecordedStart implements Clusterer {
        private final SafetensorsFile golden;
        private final Clusterer published = Clusca.create().clusterer(PUBLISHED_CLUSTERER);
        private final List<Clustering> made = new ArrayList<>();

        RecordedStart(SafetensorsFile golden) {
            this.golden = golden;
        }

        @Override
        public String tag() {
            return "recorded";
        }

        @Override
        public Clustering cluster(ClusteringRequest request) {
            Tensor start = request.start() == null ? recorded(request) : request.start();
            Clustering clustering =
                    published.cluster(
                            new ClusteringRequest(
                                    request.tokens(), request.clusters(), start, request.seed()));
            made.add(clustering);
            return clustering;
        }

        private String stream() {
            return made.size() % 2 == 0 ? "img" : "txt";
        }

        private Tensor recorded(ClusteringRequest request) {
            long[] tokens = golden.longs("kmeans_init_" + stream());
            Tensor from = request.tokens();
            int channels = from.dimension(2);
            Tensor start = Tensor.zeros(1, tokens.length, channels);
            for (int i = 0; i < tokens.length; i++) {
                int token = (int) tokens[i];
                start.data().put(i * channels, from.data(), token * channels, channels);
            }
            return start;
        }

        void assertAll() {
            for (int call = 0; call < made.size(); call++) {
                String stream = call % 2 == 0 ? "img" : "txt";
                int tokens = golden.shape("labels_" + stream)[2];
                long[] labels = golden.longs("labels_" + stream);
                int from = call / 2 * tokens;
                assertThat(made.get(call).labels()[0])
                        .as("labels of call %s of %s", call / 2, stream)
                        .containsExactly(
                                Arrays.stream(labels, from, from + tokens)
                                        .mapToInt(Math::toIntExact)
                                        .toArray());
                Golden.assertClose(
                        "centroids of call " + call / 2 + " of " + stream,
                        made.get(call).centroids(),
                        golden.tensor("centroids_" + stream)
                                .rows(call / 2, call / 2 + 1)
                                .reshape(made.get(call).centroids().shape()),
                        TOLERANCE);
                assertThat(made.get(call).iterations()[0])
                        .as("rounds of call %s of %s", call / 2, stream)
                        .isEqualTo((int) golden.longs("kmeans_iters_" + stream)[call / 2]);
            }
            boolean clusters = golden.has("labels_img");
            assertThat(made).hasSize(clusters ? 2 * golden.shape("labels_img")[0] : 0);
        }
    }

    private static TokenSelector recordedTokens(SafetensorsFile golden) {
        int[] shape = golden.shape("fresh_img");
        Map<Integer, Integer> callOfStep = new HashMap<>();
        AtomicInteger calls = new AtomicInteger();
        return (seed, step, branch, row, clustering) -> {
            int call = callOfStep.computeIfAbsent(step, missing -> calls.getAndIncrement());
            String stream = branch % BRANCHES == TEXT_MLP ? "txt" : "img";
            int from = (call * shape[1] + branch / BRANCHES) * shape[3];
            return Arrays.stream(golden.longs("fresh_" + stream), from, from + shape[3])
                    .mapToInt(Math::toIntExact)
                    .toArray();
        };
    }
}
