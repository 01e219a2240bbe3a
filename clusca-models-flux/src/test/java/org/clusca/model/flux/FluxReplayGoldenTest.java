package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.api.Parameter;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.policy.ClusCa;
import org.clusca.policy.FreqCa;
import org.clusca.policy.TaylorSeer;
import org.clusca.policy.TeaCache;
import org.clusca.policy.TokenSelector;
import org.clusca.testing.Golden;
import org.clusca.testing.RecordedSteps;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The authors' own runs of ClusCa, TaylorSeer, FreqCa, TeaCache and X-Slim on FLUX, replayed draw
 * by draw.
 */
@Tag("golden")
final class FluxReplayGoldenTest {
    private static final double TOLERANCE = 1e-4;

    /** Leading full steps of the published code. */
    private static final int FIRST = 3;

    private static final List<String> POLICIES =
            List.of("none", "taylorseer", "clusca", "freqca", "teacache", "xslim");

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
        List<StepPlan> plans = new ArrayList<>();
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
                                    .listener(
                                            step -> {
                                                kinds.add(step.step().kind().toString());
                                                plans.add(step.plan());
                                            })
                                    .build());
            boolean skips =
                    List.of("freqca", "teacache", "xslim").contains(parameters.text("policy"));
            String[] names = {
                "full", "tokens", skips ? "skipped" : "predicted", "", "mixed", "mixed"
            };
            assertThat(kinds)
                    .containsExactly(
                            Arrays.stream(golden.longs("types"))
                                    .mapToObj(type -> names[(int) type])
                                    .toArray(String[]::new));
            clusterer.assertAll();
            if (golden.has("rel_l1_f64")) {
                checkChanges(golden, generated.report().steps());
            }
            if (parameters.text("policy").equals("xslim")) {
                new RecordedXSlim(parameters, golden).check(plans, generated.report().steps());
            }
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

    /** Changes from step to step, what the polynomial makes of them, and their sums. */
    private static void checkChanges(SafetensorsFile golden, List<Report.Step> steps) {
        double[] changes = golden.doubles("rel_l1_f64");
        double[] rescaled = golden.doubles("rescaled_f64");
        double[] sums = golden.doubles("accumulated_f64");
        Gauge gauge = new Gauge.InputChange(Norm.RELATIVE_L1);
        for (int i = 0; i < steps.size(); i++) {
            Optional<Judgement> judged = steps.get(i).judgement();
            assertThat(judged.isPresent()).as("judged at step %s", i).isEqualTo(changes[i] >= 0);
            if (judged.isPresent()) {
                assertThat(steps.get(i).readings().mean(gauge))
                        .as("change at step %s", i)
                        .isCloseTo(changes[i], withinPercentage(0.01));
                assertThat(judged.get().change())
                        .as("rescaled change at step %s", i)
                        .isCloseTo(rescaled[i], withinPercentage(0.05));
                assertThat(judged.get().sum())
                        .as("sum at step %s", i)
                        .isCloseTo(sums[i], withinPercentage(0.05));
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
            case "teacache" ->
                    new TeaCache(
                            Map.of(
                                    "threshold", Parameter.format(parameters.real("threshold", 0)),
                                    "polynomial", polynomial(parameters),
                                    "first", Integer.toString(parameters.whole("firstSteps")),
                                    "final", Integer.toString(parameters.whole("lastSteps"))));
            case "xslim" -> new RecordedXSlim(parameters, golden).policy();
            default -> throw new IllegalArgumentException(parameters.text("policy"));
        };
    }

    private static String polynomial(Config parameters) {
        return ((List<?>) parameters.values().get("coefficients"))
                .stream().map(Object::toString).collect(Collectors.joining(":"));
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
