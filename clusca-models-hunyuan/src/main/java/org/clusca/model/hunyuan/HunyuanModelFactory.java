package org.clusca.model.hunyuan;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.model.Size;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.Weights;
import org.clusca.component.CausalVideoAutoencoder;
import org.clusca.component.ClipTextEncoder;
import org.clusca.component.Components;
import org.clusca.component.LlamaTextEncoder;

/** Reads HunyuanVideo: the diffusers layout of hunyuanvideo-community/HunyuanVideo. */
public final class HunyuanModelFactory implements ModelFactory {
    static final String NAME = "hunyuan-video";

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
        return "HunyuanVideo, videos from prompts: diffusers directories";
    }

    @Override
    public boolean reads(ModelDirectory directory) {
        return Components.isPipeline(directory, "HunyuanVideoPipeline")
                || isOriginalTransformer(directory);
    }

    /** One file, with the names of Tencent's repository or as node editors change them. */
    private static boolean isOriginalTransformer(ModelDirectory file) {
        try {
            return Files.isRegularFile(file.path())
                    && file.weights("").names().stream()
                            .anyMatch(name -> name.contains("txt_in.individual_token_refiner."));
        } catch (CluscaException e) {
            // not readable enough to be recognised
            return false;
        }
    }

    @Override
    public Model open(ModelDirectory directory) {
        if (isOriginalTransformer(directory)) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    directory.path()
                            + ": the transformer of HunyuanVideo in its original naming, which is"
                            + " not read; give a directory in the diffusers layout, such as"
                            + " hunyuanvideo-community/HunyuanVideo.");
        }
        Components.requireAll(directory, "HunyuanVideo", COMPONENTS);
        Config index = directory.json("model_index.json");
        Config scheduler = directory.json("scheduler/scheduler_config.json");
        Config said = directory.json("transformer/config.json");
        HunyuanConfig config = HunyuanConfig.diffusers(said);
        Weights weights = directory.weights("transformer");
        config.requireFit(said, weights);
        LlamaTextEncoder llama =
                LlamaTextEncoder.open(directory, "text_encoder", HunyuanConditioner.SKIPPED_LAYERS);
        ClipTextEncoder clip = ClipTextEncoder.open(directory, "text_encoder_2");
        CausalVideoAutoencoder codec = CausalVideoAutoencoder.open(directory, "vae");
        Components.requireEqual(
                directory, "text_encoder", "hidden_size", llama.width(), config.textWidth());
        Components.requireEqual(
                directory, "text_encoder_2", "hidden_size", clip.width(), config.pooledWidth());
        Components.requireEqual(
                directory, "vae", "latent_channels", codec.latentChannels(), config.channels());
        HunyuanConditioner conditioner =
                new HunyuanConditioner(
                        directory,
                        llama,
                        clip,
                        PromptTemplate.of(directory),
                        config.guidance(),
                        index.real("clusca_guidance", HunyuanConditioner.DEFAULT_GUIDANCE));
        conditioner.checkTokenizers();
        return new HunyuanModel(
                directory.path().toAbsolutePath().normalize().getFileName().toString(),
                config,
                new HunyuanTransformer(config, weights),
                conditioner,
                codec,
                usualSize(index, codec),
                scheduler);
    }

    /**
     * What the directory says it was made for, else 61 frames of 960x544, a sixth of the tokens of
     * diffusers' 129 frames of 1280x720.
     */
    private static Size usualSize(Config index, CausalVideoAutoencoder codec) {
        String key = "clusca_size";
        if (!index.has(key)) {
            int[] cells = HunyuanTransformer.USUAL;
            int frames = (cells[0] - 1) * codec.temporalScale() + 1;
            return new Size(cells[2] * codec.scale(), cells[1] * codec.scale(), frames);
        }
        int[] size = index.wholes(key);
        if (size.length != 3 || Arrays.stream(size).anyMatch(number -> number < 1)) {
            throw index.wrong(key, "width, height and frames");
        }
        return new Size(size[0], size[1], size[2]);
    }

    @Override
    public Transformer transformer(Config config, Weights weights) {
        return new HunyuanTransformer(HunyuanConfig.diffusers(config), weights);
    }
}
