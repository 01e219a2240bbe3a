package org.clusca.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.Devices;
import org.clusca.OpenOptions;
import org.clusca.api.model.Model;
import org.clusca.engine.Pipeline;
import org.clusca.engine.WeightFormats;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a model runs and how its weights are held. */
final class EngineOptions {
    @Option(names = "--threads", paramLabel = "T", description = "Default: one per core.")
    private @Nullable Integer threads;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description =
                    "Where networks run: cpu, cuda or cuda:1 for an NVIDIA GPU (in bfloat16; needs a build with the Maven profile cuda), auto for a GPU where there is one. Default: cpu.")
    private String device = "cpu";

    @Mixin private WeightsOption weights = new WeightsOption();

    Pipeline open(Clusca clusca, Path path) {
        return open(clusca, clusca.model(path));
    }

    Pipeline open(Clusca clusca, Model model) {
        int most = threads == null ? 0 : Positive.require("--threads", threads);
        WeightFormats formats = weights.formats();
        return clusca.open(
                model,
                device.equals("cpu")
                        ? clusca.options(most).weights(formats)
                        : new OpenOptions(
                                Devices.named(device, Optional.empty()).open(most), formats));
    }
}
