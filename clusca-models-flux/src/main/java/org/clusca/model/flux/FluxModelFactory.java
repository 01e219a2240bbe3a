package org.clusca.model.flux;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.Weights;
import org.clusca.component.AutoencoderKl;
import org.clusca.component.ClipTextEncoder;
import org.clusca.component.Components;
import org.clusca.component.T5Encoder;
import org.clusca.io.LocalModelDirectory;

/** Reads FLUX: the diffusers layout of black-forest-labs/FLUX.1-dev and FLUX.1-schnell. */
public final class FluxModelFactory implements ModelFactory {
    static final String NAME = "flux";

    private static final List<String> COMPONENTS =
            List.of(
                    "tokenizer",
                    "tokenizer_2",
                    "text_encoder",
                    "text_encoder_2",
                    "transformer",
                    "vae",
                    "scheduler");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "FLUX.1, pictures from prompts: diffusers directories of FLUX.1-dev and FLUX.1-schnell";
    }

    @Override
    public boolean reads(ModelDirectory directory) {
        return Files.isRegularFile(directory.path())
                ? OriginalNames.reads(directory)
                : Components.isPipeline(directory, "FluxPipeline");
    }

    @Override
    public Model open(ModelDirectory directory) {
        return Files.isRegularFile(directory.path()) ? original(directory) : diffusers(directory);
    }

    @Override
    public Transformer transformer(Config config, Weights weights) {
        return new FluxTransformer(FluxConfig.diffusers(config), weights);
    }

    private static Model diffusers(ModelDirectory directory) {
        Components.requireAll(directory, "FLUX", COMPONENTS);
        Config said = directory.json("transformer/config.json");
        FluxConfig config = FluxConfig.diffusers(said);
        Weights weights = directory.weights("transformer");
        config.requireFit(said, weights);
        return model(directory, directory.path(), config, weights);
    }

    /** The transformer in one file with the original names; the other components lie beside it. */
    private static Model original(ModelDirectory file) {
        Path path = file.path().toAbsolutePath().normalize();
        ModelDirectory directory = LocalModelDirectory.open(requireNonNull(path.getParent()));
        Weights weights = file.weights("");
        FluxConfig config = FluxConfig.original(path, weights);
        List<String> beside = COMPONENTS.stream().filter(c -> !c.equals("transformer")).toList();
        List<String> missing = beside.stream().filter(c -> !directory.has(c)).toList();
        if (!missing.isEmpty()) {
            String published = config.guidance() ? "FLUX.1-dev" : "FLUX.1-schnell";
            throw new CluscaException(
                    ErrorCode.NOT_FOUND,
                    path
                            + ": the transformer of "
                            + published
                            + " alone. It runs with the folders "
                            + String.join(", ", beside)
                            + " beside it; missing in "
                            + directory.path()
                            + ": "
                            + String.join(", ", missing)
                            + ". Take them from black-forest-labs/"
                            + published
                            + ", or give a download of that as a whole.");
        }
        return model(directory, path, config, OriginalNames.of(weights, config.blocks()));
    }

    private static Model model(
            ModelDirectory directory, Path path, FluxConfig config, Weights weights) {
        Config scheduler = directory.json("scheduler/scheduler_config.json");
        ClipTextEncoder clip = ClipTextEncoder.open(directory, "text_encoder");
        T5Encoder t5 = T5Encoder.open(directory, "text_encoder_2");
        AutoencoderKl codec = AutoencoderKl.open(directory, "vae");
        Components.requireEqual(
                directory, "text_encoder", "hidden_size", clip.width(), config.pooledWidth());
        Components.requireEqual(
                directory, "text_encoder_2", "d_model", t5.width(), config.textWidth());
        Config autoencoder = directory.json("vae/config.json");
        for (String key : List.of("scaling_factor", "shift_factor")) {
            // without them a decoder of another family would be taken for FLUX's
            if (!autoencoder.has(key)) {
                throw autoencoder.wrong(
                        key, "a number; FLUX.1 has scaling_factor 0.3611 and shift_factor 0.1159");
            }
        }
        int latentChannels = autoencoder.whole("latent_channels");
        Components.requireEqual(
                directory, "vae", "latent_channels", latentChannels, config.channels());
        FluxConditioner conditioner = new FluxConditioner(directory, clip, t5, config.guidance());
        conditioner.checkTokenizers();
        return new FluxModel(
                path.toAbsolutePath().normalize().getFileName().toString(),
                config,
                new FluxTransformer(config, weights),
                conditioner,
                codec,
                usualCells(autoencoder, codec.scale()),
                scheduler);
    }

    /** 128 in the published directories, 1024 pixels, as in diffusers. */
    private static int usualCells(Config autoencoder, int scale) {
        int pixels = autoencoder.whole("sample_size", FluxTransformer.USUAL_CELLS * scale);
        if (pixels < 1 || pixels % (scale * FluxConfig.PATCH) != 0) {
            throw autoencoder.wrong(
                    "sample_size", "a multiple of " + scale * FluxConfig.PATCH + " pixels");
        }
        return pixels / scale;
    }
}
