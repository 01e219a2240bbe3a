package org.clusca.model.dit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.model.Weights;
import org.clusca.component.AutoencoderKl;
import org.clusca.component.Components;
import org.jspecify.annotations.Nullable;

/**
 * Reads DiT: the diffusers layout of facebook/DiT-XL-2-256, or one file of weights with the names
 * of the original code.
 */
public final class DitModelFactory implements ModelFactory {
    static final String NAME = "dit";

    /** What the authors and diffusers use for pictures to look at. */
    private static final double DEFAULT_GUIDANCE = 4;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "DiT, class-conditional pictures: diffusers directories and weights in the original naming";
    }

    @Override
    public boolean reads(ModelDirectory directory) {
        try {
            if (directory.has("model_index.json")) {
                return directory
                        .json("model_index.json")
                        .text("_class_name", "")
                        .equals("DiTPipeline");
            }
            return OriginalDit.reads(directory);
        } catch (CluscaException e) {
            // not readable enough to be recognised; whoever opens it is told why by the adapter
            // that does
            return false;
        }
    }

    @Override
    public Model open(ModelDirectory directory) {
        if (!directory.has("model_index.json")) {
            return OriginalDit.open(directory);
        }
        Config index = directory.json("model_index.json");
        Config scheduler = directory.json("scheduler/scheduler_config.json");
        Config transformer = directory.json("transformer/config.json");
        transformer.choice(
                "_class_name",
                "DiTTransformer2DModel",
                "DiTTransformer2DModel",
                "Transformer2DModel");
        DitConfig config = DitConfig.diffusers(transformer);
        Weights weights = directory.weights("transformer");
        Components.requireNoMore(
                transformer, "num_layers", config.blocks(), weights, "transformer_blocks.");
        AutoencoderKl codec = AutoencoderKl.open(directory, "vae");
        Config autoencoder = directory.json("vae/config.json");
        if (autoencoder.real("shift_factor", 0) != 0) {
            throw autoencoder.wrong(
                    "shift_factor", "0 or null: diffusers' DiTPipeline shifts nothing");
        }
        return new DitModel(
                directory.path().toAbsolutePath().normalize().getFileName().toString(),
                new DitTransformer(config, weights),
                new ClassConditioner(
                        config.classes(),
                        labels(index, config.classes()),
                        index.real("clusca_guidance", DEFAULT_GUIDANCE)),
                Optional.of(codec),
                scheduler);
    }

    /** The id2label map of {@code model_index.json}; a model without one is asked by number. */
    private static List<String> labels(Config index, int classes) {
        if (!(index.values().get("id2label") instanceof Map<?, ?> map)) {
            return List.of();
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            @Nullable Object label = map.get(Integer.toString(i));
            if (!(label instanceof String text)) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        index.origin()
                                + ": id2label names no class "
                                + i
                                + ", the transformer has "
                                + classes
                                + ".");
            }
            labels.add(text);
        }
        return labels;
    }
}
