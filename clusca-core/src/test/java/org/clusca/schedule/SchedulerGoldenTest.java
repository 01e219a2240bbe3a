package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Time grids, coefficients and steps against diffusers and the original sampler. */
@Tag("golden")
class SchedulerGoldenTest {
    private static final double TOLERANCE = 1e-5;
    private static final NoiseSource NONE =
            (step, shape) -> {
                throw new AssertionError("noise was asked for at step " + step);
            };

    private static Config ddimConfig() {
        Path file = Golden.folder("dit").resolve("pipeline/scheduler/scheduler_config.json");
        return new Config(file.toString(), Json.read(file));
    }

    /**
     * The configuration that diffusers hands to another scheduler class: a key that the DDIM
     * scheduler was never given, and which therefore has its default, is not handed on.
     */
    private static Config handedOnConfig() {
        Config config = ddimConfig();
        Map<String, @Nullable Object> values = new LinkedHashMap<>(config.values());
        values.remove("timestep_spacing", "leading");
        return new Config(config.origin(), values);
    }

    /** The N of all tensors named {@code prefix} + N + {@code suffix}; at least one. */
    private static List<Integer> stepCounts(SafetensorsFile file, String prefix, String suffix) {
        Pattern pattern = Pattern.compile(Pattern.quote(prefix) + "(\\d+)" + Pattern.quote(suffix));
        List<Integer> counts = new ArrayList<>();
        for (String name : file.entries().keySet()) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                counts.add(Integer.valueOf(matcher.group(1)));
            }
        }
        assertThat(counts).as("%s: tensors %sN%s", file.path(), prefix, suffix).isNotEmpty();
        return counts;
    }

    @Test
    void ddimNoiseLevels() {
        Tensor expected = Golden.file("dit", "scheduler_ddim.safetensors").tensor("alphas_cumprod");
        BetaSchedule betas = BetaSchedule.single(ddimConfig());
        assertThat(betas.trainingSteps()).isEqualTo(expected.size());
        for (int t = 0; t < expected.size(); t++) {
            assertRelative(
                    "alphas_cumprod " + t, betas.alphaCumprod(t), expected.data().get(t), 1e-6);
        }
    }

    @Test
    void ddimTimesteps() {
        assertTimesteps(
                new DdimScheduler(ddimConfig()), Golden.file("dit", "scheduler_ddim.safetensors"));
    }

    @Test
    void ddimSteps() {
        assertSteps(
                new DdimScheduler(ddimConfig()), Golden.file("dit", "scheduler_ddim.safetensors"));
    }

    @Test
    void dpmSolverTimestepsAndSigmas() {
        SafetensorsFile file = Golden.file("dit", "scheduler_dpm.safetensors");
        DpmSolverMultistepScheduler scheduler = new DpmSolverMultistepScheduler(handedOnConfig());
        assertTimesteps(scheduler, file);
        for (int steps : stepCounts(file, "sigmas_", "")) {
            Tensor expected = file.tensor("sigmas_" + steps);
            double[] sigmas = scheduler.sigmas(steps);
            assertThat(sigmas).hasSize(expected.size());
            for (int i = 0; i < sigmas.length; i++) {
                assertRelative(
                        steps + " steps, sigma " + i, sigmas[i], expected.data().get(i), 1e-6);
            }
        }
    }

    @Test
    void dpmSolverSteps() {
        assertSteps(
                new DpmSolverMultistepScheduler(handedOnConfig()),
                Golden.file("dit", "scheduler_dpm.safetensors"));
    }

    @Test
    void respacedTimesteps() {
        SafetensorsFile file = Golden.file("dit_cache", "official_schedule.safetensors");
        RespacedScheduler scheduler = respaced("ddim");
        for (int steps : stepCounts(file, "timestep_map_", "")) {
            double[] ascending = scheduler.schedule(steps).timesteps();
            reverse(ascending);
            assertThat(ascending)
                    .as("%d steps", steps)
                    .isEqualTo(wide(file.longs("timestep_map_" + steps)));
        }
    }

    @Test
    void respacedCoefficients() {
        SafetensorsFile file = Golden.file("dit_cache", "official_schedule.safetensors");
        for (int steps : stepCounts(file, "betas_", "_f64")) {
            NoiseLevels levels = respaced("ddim").levels(steps);
            String end = "_" + steps + "_f64";
            double[] alphas = file.doubles("alphas_cumprod" + end);
            double[] previous = file.doubles("alphas_cumprod_prev" + end);
            double[] betas = file.doubles("betas" + end);
            double[] logVariances = file.doubles("posterior_log_variance_clipped" + end);
            double[] weightsOfX0 = file.doubles("posterior_mean_coef1" + end);
            double[] weightsOfLatent = file.doubles("posterior_mean_coef2" + end);
            for (int k = 0; k < steps; k++) {
                int i = steps - 1 - k;
                String what = steps + " steps, kept timestep " + k + ", ";
                assertRelative(what + "alpha", levels.alphaCumprod(i), alphas[k], 1e-12);
                assertRelative(what + "next", levels.nextAlphaCumprod(i), previous[k], 1e-12);
                assertRelative(what + "beta", levels.beta(i), betas[k], 1e-9);
                assertRelative(what + "x0", levels.posteriorWeightOfX0(i), weightsOfX0[k], 1e-9);
                assertRelative(
                        what + "latent",
                        levels.posteriorWeightOfLatent(i),
                        weightsOfLatent[k],
                        1e-9);
                // At timestep 0 nothing is added; the original repeats the next entry there.
                if (k > 0) {
                    assertRelative(
                            what + "log variance",
                            Math.log(levels.posteriorVariance(i)),
                            logVariances[k],
                            1e-9);
                }
            }
        }
    }

    @Test
    void respacedDdimSteps() {
        SafetensorsFile file = Golden.file("dit_cache", "none.safetensors");
        long[] timesteps = file.longs("model_t");
        Schedule schedule = respaced("ddim").schedule(timesteps.length);
        assertThat(schedule.timesteps()).isEqualTo(wide(timesteps));
        long[] recorded = file.longs("eps_steps");
        Tensor outputs = file.tensor("eps");
        Tensor latents = file.tensor("latents");
        int compared = 0;
        for (int row = 0; row < recorded.length; row++) {
            int index = (int) recorded[row];
            Tensor before = before(index, file.tensor("noise"), recorded, latents);
            if (before != null) {
                Tensor next = schedule.step(index, outputs.rows(row, row + 1), before, NONE);
                Golden.assertClose("step " + index, next, latents.rows(row, row + 1), TOLERANCE);
                compared++;
            }
        }
        assertThat(compared).as("steps with a recorded latent before them").isPositive();
    }

    /** Model outputs are recorded at the first, the second and the last step. */
    @Test
    void respacedAncestralSteps() {
        SafetensorsFile file = Golden.file("dit_cache", "fora_official_n1.safetensors");
        Tensor noise = file.tensor("step_noise");
        Tensor latents = file.tensor("latents");
        Tensor outputs = file.tensor("model_out");
        long[] recorded = file.longs("steps");
        int steps = noise.dimension(0);
        Schedule schedule = respaced("ddpm").schedule(steps);
        int[] indices = {0, 1, steps - 1};
        assertThat(outputs.dimension(0)).isEqualTo(indices.length);
        int compared = 0;
        for (int row = 0; row < indices.length; row++) {
            int index = indices[row];
            Tensor before = before(index, file.tensor("noise"), recorded, latents);
            Tensor after = latentAfter(index, recorded, latents);
            if (before != null && after != null) {
                Tensor next =
                        schedule.step(
                                index,
                                outputs.rows(row, row + 1),
                                before,
                                (step, shape) -> noise.rows(step, step + 1));
                Golden.assertClose("step " + index, next, after, TOLERANCE);
                compared++;
            }
        }
        assertThat(compared).as("steps with recorded latents on both sides").isPositive();
    }

    private static RespacedScheduler respaced(String sampler) {
        return new RespacedScheduler(new Config("golden", Map.of("sampler", sampler)));
    }

    private static @Nullable Tensor before(
            int index, Tensor noise, long[] recorded, Tensor latents) {
        return index == 0 ? noise : latentAfter(index - 1, recorded, latents);
    }

    private static @Nullable Tensor latentAfter(int index, long[] recorded, Tensor latents) {
        for (int row = 0; row < recorded.length; row++) {
            if (recorded[row] == index) {
                return latents.rows(row, row + 1);
            }
        }
        return null;
    }

    private static void assertTimesteps(Scheduler scheduler, SafetensorsFile file) {
        for (int steps : stepCounts(file, "timesteps_", "")) {
            assertThat(scheduler.schedule(steps).timesteps())
                    .as("%s, %d steps", scheduler.name(), steps)
                    .isEqualTo(wide(file.longs("timesteps_" + steps)));
        }
    }

    /** Runs from sample_0 with the recorded model outputs, over and over. */
    private static void assertSteps(Scheduler scheduler, SafetensorsFile file) {
        Tensor outputs = file.tensor("model_out");
        for (int steps : stepCounts(file, "samples_", "")) {
            Tensor samples = file.tensor("samples_" + steps);
            Schedule schedule = scheduler.schedule(steps);
            Tensor latent = file.tensor("sample_0");
            for (int i = 0; i < steps; i++) {
                int row = i % outputs.dimension(0);
                Tensor output = item(outputs, row);
                latent = schedule.step(i, output, latent, NONE);
                Tensor expected = item(samples, i);
                Golden.assertClose(
                        scheduler.name() + ", " + steps + " steps, step " + i,
                        latent,
                        expected,
                        TOLERANCE);
            }
        }
    }

    /** One item along the first axis, without that axis. */
    private static Tensor item(Tensor tensor, int index) {
        int[] shape = tensor.shape();
        return tensor.rows(index, index + 1).reshape(Arrays.copyOfRange(shape, 1, shape.length));
    }

    private static void assertRelative(
            String what, double actual, double expected, double tolerance) {
        assertThat(Math.abs(actual - expected))
                .as("%s: %s, expected %s", what, actual, expected)
                .isLessThanOrEqualTo(tolerance * Math.abs(expected));
    }

    private static double[] wide(long[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static void reverse(double[] values) {
        for (int i = 0; i < values.length / 2; i++) {
            double value = values[i];
            values[i] = values[values.length - 1 - i];
            values[values.length - 1 - i] = value;
        }
    }
}
