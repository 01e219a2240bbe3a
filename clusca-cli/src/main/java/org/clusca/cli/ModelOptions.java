package org.clusca.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.Devices;
import org.clusca.OpenOptions;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Model;
import org.clusca.engine.Pipeline;
import org.clusca.engine.WeightFormat;
import org.clusca.io.EmbeddedModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, where it runs and how its weights are held. */
final class ModelOptions {
    private static final String EMBEDDED = "emoji";

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "Directory of a model, one .safetensors file, or the name of an embedded model. Default: emoji.")
    private @Nullable String model;

    @Option(names = "--threads", paramLabel = "T", description = "Default: one per core.")
    private @Nullable Integer threads;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description =
                    "Where networks run: cpu, cuda or cuda:1 for an NVIDIA GPU (in bfloat16; needs a build with the Maven profile cuda), auto for a GPU where there is one. Default: cpu.")
    private String device = "cpu";

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            description =
                    "How the weights of linear layers are held: fp32; int8, in a quarter of the memory with an error of about a percent; or int4, in a seventh with one of some 9 percent. Default: fp32.")
    private String weights = "fp32";

    /** What was given with {@code --model}. */
    Optional<String> name() {
        return Optional.ofNullable(model);
    }

    Path path() {
        return path(model);
    }

    /**
     * Where a model is.
     *
     * @param model a path, else the name of an embedded model; null for the one that ships
     */
    static Path path(@Nullable String model) {
        String name = model == null ? EMBEDDED : model;
        try {
            Path path = Path.of(name);
            boolean embedded =
                    model == null || !Files.exists(path) && EmbeddedModels.names().contains(name);
            return embedded ? EmbeddedModels.path(name) : path;
        } catch (InvalidPathException e) {
            throw new CluscaException(
                    ErrorCode.NOT_FOUND, "--model: no such directory: " + model + ".", e);
        }
    }

    Pipeline open(Clusca clusca, Path path) {
        return open(clusca, clusca.model(path));
    }

    Pipeline open(Clusca clusca, Model model) {
        int most = threads == null ? 0 : Positive.require("--threads", threads);
        WeightFormat format = format();
        return device.equals("cpu")
                ? clusca.open(model, most, format)
                : clusca.open(
                        model,
                        new OpenOptions(
                                Devices.named(device, Optional.empty()).open(most), format));
    }

    private WeightFormat format() {
        for (WeightFormat format : WeightFormat.values()) {
            if (format.word().equals(weights)) {
                return format;
            }
        }
        throw new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                "--weights must be one of "
                        + Arrays.stream(WeightFormat.values())
                                .map(WeightFormat::word)
                                .collect(Collectors.joining(", "))
                        + ", found '"
                        + weights
                        + "'.");
    }
}
