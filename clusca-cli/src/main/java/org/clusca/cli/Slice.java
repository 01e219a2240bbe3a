package org.clusca.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.component.AskedWeights;
import org.clusca.flops.FlopsConvention;
import org.clusca.io.LocalModelDirectory;

/**
 * A published network of double and single blocks that is timed in part: some of its blocks at
 * their real width, with random weights, since the whole is too large for many machines.
 *
 * @param family name of the adapter
 * @param config {@code transformer/config.json} of diffusers
 * @param latent of the picture or video that is usual for it
 * @param scale pixels per latent cell
 * @param textTokens that are usual for it
 */
record Slice(
        String name,
        String family,
        Map<String, Object> config,
        int[] latent,
        int scale,
        int textTokens) {
    private static final String DOUBLE = "num_layers";
    private static final String SINGLE = "num_single_layers";

    static List<Slice> all() {
        return List.of(
                new Slice(
                        "flux-dev",
                        "flux",
                        Map.of(
                                "_class_name",
                                "FluxTransformer2DModel",
                                DOUBLE,
                                19,
                                SINGLE,
                                38,
                                "guidance_embeds",
                                true),
                        new int[] {16, 128, 128},
                        8,
                        512),
                // 5 frames of 960x544: 4080 tokens
                new Slice(
                        "hunyuan-video",
                        "hunyuan-video",
                        Map.of(
                                "_class_name",
                                "HunyuanVideoTransformer3DModel",
                                DOUBLE,
                                20,
                                SINGLE,
                                40,
                                "guidance_embeds",
                                true),
                        new int[] {16, 2, 68, 120},
                        8,
                        256));
    }

    static Optional<Slice> named(String name, List<Slice> slices) {
        return slices.stream()
                .filter(slice -> slice.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    int doubleBlocks() {
        return blocks(DOUBLE);
    }

    int singleBlocks() {
        return blocks(SINGLE);
    }

    private int blocks(String kind) {
        return (Integer) requireNonNull(config.get(kind));
    }

    /**
     * The whole network, described and not run.
     *
     * @param timed shape of the slice that was timed
     */
    BenchReport.Whole whole(Clusca clusca, TransformerSpec timed, int batch) {
        TransformerSpec spec =
                part(clusca, doubleBlocks(), singleBlocks(), new AskedWeights())
                        .spec(timed.latentShape(), timed.tokens(Stream.TEXT));
        Action compute = new Action.Compute(true);
        StepPlan full = new StepPlan(Collections.nCopies(spec.branches().size(), compute), false);
        return new BenchReport.Whole(
                doubleBlocks(), singleBlocks(), FlopsConvention.CLEAN.step(spec, batch, full));
    }

    private Transformer part(Clusca clusca, int doubles, int singles, Weights weights) {
        Map<String, Object> own = new HashMap<>(config);
        own.put(DOUBLE, doubles);
        own.put(SINGLE, singles);
        return clusca.models().get(family).transformer(new Config(name, own), weights);
    }

    /**
     * Some of the blocks.
     *
     * @param folder where the random weights go; should hold nothing else
     */
    Model model(Clusca clusca, int doubles, int singles, Path folder) {
        AskedWeights asked = new AskedWeights();
        GraphCheck.transformer(part(clusca, doubles, singles, asked));
        Path file = folder.resolve(name + ".safetensors");
        RandomWeights.write(file, asked.shapes());
        Transformer transformer =
                part(clusca, doubles, singles, LocalModelDirectory.open(file).weights(""));
        String parts = name + ", " + doubles + " double and " + singles + " single blocks";
        return new SliceModel(parts, this, transformer);
    }
}
