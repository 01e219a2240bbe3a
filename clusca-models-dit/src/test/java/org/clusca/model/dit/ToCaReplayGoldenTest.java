package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.clusca.Clusca;
import org.clusca.api.Parameter;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.model.Config;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.SafetensorsFile;
import org.clusca.policy.ToCa;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The authors' own runs of ToCa: step types of every layer, computed tokens, latents. */
@Tag("golden")
final class ToCaReplayGoldenTest {
    private static final double TOLERANCE = 1e-4;

    static Stream<String> runs() {
        return ReplayRuns.parameters().entrySet().stream()
                .filter(run -> run.getValue().text("policy").equals("toca"))
                .map(Map.Entry::getKey)
                .sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void replays(String run) {
        Config parameters = ReplayRuns.parameters().get(run);
        SafetensorsFile golden = Golden.file("dit_cache", run + ".safetensors");
        SafetensorsFile start = Golden.file("dit_cache", "none.safetensors");
        List<List<Action>> plans = new ArrayList<>();
        try (Pipeline pipeline =
                Clusca.open(Golden.folder("dit").resolve("dit_original_names.safetensors"))) {
            Generated generated =
                    pipeline.generate(
                            Request.builder()
                                    .conditions(Long.toString(start.longs("y")[0]))
                                    .steps(parameters.whole("steps"))
                                    .guidance(parameters.real("guidance", 1))
                                    .policy(policy(parameters, golden))
                                    .initialLatents(start.tensor("noise"))
                                    .keepLatents(true)
                                    .decode(false)
                                    .listener(progress -> plans.add(progress.plan().actions()))
                                    .build());
            checkTypes(golden, plans);
            checkTokens(golden, plans);
            long[] at = golden.longs("steps");
            for (int i = 0; i < at.length; i++) {
                Tensor expected = golden.tensor("latents").rows(i, i + 1);
                Golden.assertClose(
                        "latents after step " + at[i],
                        generated.stepLatents().get((int) at[i]),
                        expected,
                        TOLERANCE);
            }
        }
    }

    private static void checkTypes(SafetensorsFile golden, List<List<Action>> plans) {
        long[] types = golden.longs("types");
        int layers = golden.shape("types")[1];
        for (int step = 0; step < plans.size(); step++) {
            for (int layer = 0; layer < layers; layer++) {
                boolean full = plans.get(step).get(2 * layer).full().isPresent();
                assertThat(full)
                        .as("step %s, layer %s is full", step, layer)
                        .isEqualTo(types[step * layers + layer] == 0);
            }
        }
    }

    /** As sets: near-equal scores may come in another order. */
    private static void checkTokens(SafetensorsFile golden, List<List<Action>> plans) {
        long[] counts = golden.longs("fresh_count");
        long[] flat = golden.longs("fresh_flat");
        int layers = golden.shape("fresh_count")[1];
        boolean shared = golden.has("rand");
        int next = 0;
        for (int step = 0; step < plans.size(); step++) {
            for (int layer = 0; layer < layers; layer++) {
                if (!(plans.get(step).get(2 * layer + 1) instanceof Action.ComputeTokens part)) {
                    continue;
                }
                int count = (int) counts[step * layers + layer];
                for (int row = 0; row < part.tokens().length; row++) {
                    TreeSet<Integer> expected = new TreeSet<>();
                    int from = shared && row > 0 ? next - count : next;
                    for (int i = 0; i < count; i++) {
                        expected.add((int) flat[from + i]);
                    }
                    next = from + count;
                    TreeSet<Integer> chosen = new TreeSet<>();
                    for (int token : part.tokens()[row]) {
                        chosen.add(token);
                    }
                    assertThat(chosen)
                            .as("tokens of step %s, layer %s, row %s", step, layer, row)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static ToCa policy(Config run, SafetensorsFile golden) {
        Map<String, String> scores =
                Map.of("attention", "attention", "kv-norm", "vnorm", "random", "random");
        Map<String, String> given = new HashMap<>();
        given.put("interval", Integer.toString(run.whole("interval")));
        given.put("ratio", Parameter.format(run.real("ratio", 0)));
        given.put("score", scores.get(run.text("score")));
        given.put("schedule", run.text("schedule").replaceFirst("^ToCa-", ""));
        given.put("staleness", Parameter.format(run.real("softFreshWeight", 0)));
        given.put("decide", "layer");
        given.put("rows", "apart");
        if (run.values().get("layerDivisor") instanceof Number divisor) {
            given.put("divisor", divisor.toString());
        }
        if (!golden.has("rand")) {
            return new ToCa(given);
        }
        Tensor drawn = golden.tensor("rand");
        Map<String, Integer> calls = new HashMap<>();
        AtomicInteger next = new AtomicInteger();
        return new ToCa(
                given,
                (seed, step, branch, image, tokens) -> {
                    int call =
                            calls.computeIfAbsent(
                                    step + " " + branch, missing -> next.getAndIncrement());
                    return drawn.rows(call, call + 1).toArray();
                });
    }
}
