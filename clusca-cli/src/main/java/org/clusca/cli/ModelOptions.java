package org.clusca.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Model;
import org.clusca.engine.Pipeline;
import org.clusca.io.EmbeddedModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, where it runs and how its weights are held. */
final class ModelOptions {
    private static final String EMBEDDED = "emoji";

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "Directory of a model, one file of weights, or the name of an embedded model. Default: emoji.")
    private @Nullable String model;

    @Mixin private EngineOptions engine = new EngineOptions();

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
        return engine.open(clusca, path);
    }

    Pipeline open(Clusca clusca, Model model) {
        return engine.open(clusca, model);
    }
}
