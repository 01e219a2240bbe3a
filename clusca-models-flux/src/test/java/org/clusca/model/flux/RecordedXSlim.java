package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Config;
import org.clusca.engine.Report;
import org.clusca.io.SafetensorsFile;
import org.clusca.policy.XSlim;

/** A run of X-Slim by the authors' code: its policy, and what it left out. */
record RecordedXSlim(Config parameters, SafetensorsFile golden) {
    CachePolicy policy() {
        char[] steps = ".".repeat(parameters.whole("steps")).toCharArray();
        Map<String, Character> kinds =
                Map.of("fullSteps", 'F', "blockRefreshSteps", 'B', "tokenRefreshSteps", 'T');
        kinds.forEach(
                (key, letter) -> {
                    for (int step : parameters.wholes(key)) {
                        steps[step] = letter;
                    }
                });
        return new XSlim(
                Map.of(
                        "steps", new String(steps),
                        "blocks", Parameter.format(parameters.real("doubleThreshold", 0)),
                        "joint", Parameter.format(parameters.real("singleThreshold", 0)),
                        "ratio", Parameter.format(parameters.real("tokenRatio", 0)),
                        "first", Integer.toString(parameters.whole("startBlock") + 1)));
    }

    void check(List<StepPlan> plans, List<Report.Step> steps) {
        checkBlocks(plans);
        if (golden.has("block_steps")) {
            checkChanges(steps);
        }
        if (golden.has("token_steps")) {
            checkTokens(plans);
        }
    }

    /** Which blocks rest. */
    private void checkBlocks(List<StepPlan> plans) {
        long[] joint = golden.longs("reused_single");
        long[] apart = golden.longs("reused_double");
        int singles = golden.shape("reused_single")[1];
        int doubles = golden.shape("reused_double")[1];
        for (int i = 0; i < plans.size(); i++) {
            Set<Place> reused = new HashSet<>();
            for (int block = 0; block < doubles + singles; block++) {
                boolean recorded =
                        block < doubles
                                ? apart[i * doubles + block] == 1
                                : joint[i * singles + block - doubles] == 1;
                if (recorded) {
                    reused.add(new Place.Blocks(block, block + 1));
                }
            }
            Set<Place> planned = new HashSet<>(plans.get(i).forecasts().keySet());
            planned.remove(new Place.Trunk(true));
            assertThat(planned).as("blocks reused at step %s", i).isEqualTo(reused);
        }
    }

    /** What they were judged by. */
    private void checkChanges(List<Report.Step> steps) {
        int blocks = golden.shape("block_change_f64")[1];
        long[] measured = golden.longs("block_steps");
        double[] changes = golden.doubles("block_change_f64");
        for (int i = 0; i < measured.length; i++) {
            for (int block = 0; block < blocks; block++) {
                assertThat(
                                steps.get((int) measured[i])
                                        .readings()
                                        .mean(new Gauge.BlockChange(block, Norm.L1)))
                        .as("change by block %s at step %s", block, measured[i])
                        .isCloseTo(changes[i * blocks + block], withinPercentage(0.01));
            }
        }
    }

    /** Which tokens are computed. */
    private void checkTokens(List<StepPlan> plans) {
        long[] at = golden.longs("token_steps");
        int count = golden.shape("tokens")[1];
        long[] tokens = golden.longs("tokens");
        for (int i = 0; i < at.length; i++) {
            assertThat(plans.get((int) at[i]).refreshed()[0])
                    .as("tokens refreshed at step %s", at[i])
                    .containsExactlyInAnyOrder(
                            Arrays.stream(tokens, i * count, (i + 1) * count)
                                    .mapToInt(Math::toIntExact)
                                    .toArray());
        }
    }
}
