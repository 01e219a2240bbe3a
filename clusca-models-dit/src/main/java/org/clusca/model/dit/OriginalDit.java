package org.clusca.model.dit;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;
import org.clusca.component.AutoencoderKl;
import org.clusca.io.LocalModelDirectory;
import org.jspecify.annotations.Nullable;

/**
 * DiT weights with the names of facebookresearch/DiT, as one file: safetensors, or the {@code .pt}
 * of the authors. It says everything but the number of heads and, in some exports, the latent size:
 * those come from a {@code *config.json} beside it, or from the published widths. An autoencoder is
 * taken from a folder {@code vae} beside the file.
 */
final class OriginalDit {
    private static final String PATCHES = "x_embedder.proj.weight";
    private static final Map<Integer, Integer> PUBLISHED_HEADS =
            Map.of(384, 6, 768, 12, 1024, 16, 1152, 16);

    private OriginalDit() {}

    static boolean reads(ModelDirectory directory) {
        return Files.isRegularFile(directory.path()) && directory.weights("").has(PATCHES);
    }

    static Model open(ModelDirectory directory) {
        Weights weights = directory.weights("");
        Path file = directory.path().toAbsolutePath().normalize();
        long[] patches = weights.get(PATCHES).shape();
        if (patches.length != 4) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    file + ": " + PATCHES + " must be [width, channels, patch, patch].");
        }
        int width = (int) patches[0];
        int channels = (int) patches[1];
        int patch = (int) patches[2];
        int blocks = 0;
        while (weights.has("blocks." + blocks + ".attn.qkv.weight")) {
            blocks++;
        }
        Config beside = LocalModelDirectory.configBeside(file, "hidden_size", width).orElse(null);
        DitConfig config =
                new DitConfig(
                        width,
                        heads(file, width, beside),
                        blocks,
                        patch,
                        size(weights, patch, beside),
                        channels,
                        (int) (weights.get("final_layer.linear.bias").elements() / (patch * patch)),
                        (int) weights.get("y_embedder.embedding_table.weight").shape()[0] - 1,
                        1e-6,
                        DitConfig.TIMESTEP_CHANNELS / 2,
                        Math.min(3, channels));
        return new DitModel(
                file.getFileName().toString().replaceFirst("\\.[a-z]+$", ""),
                new DitTransformer(config, OriginalNames.of(weights, config)),
                new ClassConditioner(config.classes(), List.of(), 4),
                codec(file),
                new Config(file.toString(), Map.of("_class_name", "RespacedDDIM")));
    }

    private static Optional<LatentCodec> codec(Path file) {
        if (!Files.isDirectory(file.resolveSibling("vae"))) {
            return Optional.empty();
        }
        return Optional.of(
                AutoencoderKl.open(
                        LocalModelDirectory.open(requireNonNull(file.getParent())), "vae"));
    }

    private static int heads(Path file, int width, @Nullable Config beside) {
        if (beside != null) {
            return beside.whole("num_heads");
        }
        Integer published = PUBLISHED_HEADS.get(width);
        if (published == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    file
                            + " does not say how many attention heads it has, and "
                            + width
                            + " is not a published width; put a config.json with hidden_size and num_heads beside it.");
        }
        return published;
    }

    private static int size(Weights weights, int patch, @Nullable Config beside) {
        if (beside != null && beside.has("input_size")) {
            return beside.whole("input_size");
        }
        if (weights.has("pos_embed")) {
            return (int) Math.round(Math.sqrt(weights.get("pos_embed").shape()[1])) * patch;
        }
        return 32;
    }
}
