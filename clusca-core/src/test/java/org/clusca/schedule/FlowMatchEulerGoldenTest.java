package org.clusca.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.schedule.Schedule;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Noise levels and steps of the pipelines of FLUX and HunyuanVideo. */
@Tag("golden")
class FlowMatchEulerGoldenTest {
    /** One recorded grid: sigmas_WIDTHxHEIGHT_STEPS, or sigmas_STEPS where no size matters. */
    private record Grid(String name, int tokens, int steps) {}

    private static FlowMatchEulerScheduler scheduler(String model) {
        Path file = Golden.folder(model).resolve("pipeline/scheduler/scheduler_config.json");
        return new FlowMatchEulerScheduler(new Config(file.toString(), Json.read(file)));
    }

    private static List<Grid> grids(SafetensorsFile file) {
        Pattern pattern = Pattern.compile("sigmas_((\\d+)x(\\d+)_)?(\\d+)");
        List<Grid> grids = new ArrayList<>();
        for (String name : file.entries().keySet()) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                int tokens =
                        matcher.group(1) == null ? 1 : patches(matcher, 2) * patches(matcher, 3);
                grids.add(
                        new Grid(
                                name.substring("sigmas_".length()),
                                tokens,
                                Integer.parseInt(matcher.group(4))));
            }
        }
        assertThat(grids).as("%s: tensors sigmas_*", file.path()).isNotEmpty();
        return grids;
    }

    /** A token stands for 16 pixels a side. */
    private static int patches(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group)) / 16;
    }

    @Test
    void fluxShiftsByTheSizeOfTheImage() {
        FlowMatchEulerScheduler scheduler = scheduler("flux");
        SafetensorsFile file = Golden.file("flux", "scheduler.safetensors");
        assertGrids(scheduler, file);
        for (Grid grid : grids(file)) {
            String size = grid.name().substring(0, grid.name().lastIndexOf('_'));
            assertThat(scheduler.mu(grid.tokens()))
                    .as("mu of %s", size)
                    .isCloseTo(file.tensor("mu_" + size).data().get(0), within(1e-6));
        }
    }

    @Test
    void hunyuanVideoShiftsByAFixedFactor() {
        assertGrids(scheduler("hunyuan"), Golden.file("hunyuan", "scheduler.safetensors"));
    }

    @Test
    void theOfficialGridOfFluxIsTheSame() {
        SafetensorsFile file = Golden.file("flux_cache", "none.safetensors");
        Tensor expected = file.tensor("sigmas");
        double[] sigmas = scheduler("flux").sigmas(expected.size() - 1, file.shape("noise")[1]);
        Golden.assertClose("sigmas", tensor(sigmas), expected, 1e-6);
    }

    private static void assertGrids(FlowMatchEulerScheduler scheduler, SafetensorsFile file) {
        for (Grid grid : grids(file)) {
            Golden.assertClose(
                    "sigmas " + grid,
                    tensor(scheduler.sigmas(grid.steps(), grid.tokens())),
                    file.tensor("sigmas_" + grid.name()),
                    1e-6);
            Golden.assertClose(
                    "timesteps " + grid,
                    tensor(scheduler.schedule(grid.steps(), grid.tokens()).timesteps()),
                    file.tensor("timesteps_" + grid.name()),
                    1e-6);
        }
    }

    /** Of the smallest size that is recorded. */
    @Test
    void stepsFollowTheVelocity() {
        SafetensorsFile file = Golden.file("flux", "scheduler.safetensors");
        int tokens = grids(file).stream().mapToInt(Grid::tokens).min().orElseThrow();
        Tensor outputs = file.tensor("chain_model_out");
        Tensor expected = file.tensor("chain_samples");
        int steps = outputs.dimension(0);
        Schedule schedule = scheduler("flux").schedule(steps, tokens);
        Tensor latent = file.tensor("chain_start");
        for (int i = 0; i < steps; i++) {
            Tensor output = outputs.rows(i, i + 1).reshape(latent.shape());
            latent = schedule.step(i, output, latent, Schedules.NONE);
            Golden.assertClose(
                    "step " + i, latent, expected.rows(i, i + 1).reshape(latent.shape()), 1e-6);
        }
    }

    private static Tensor tensor(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, values.length);
    }
}
