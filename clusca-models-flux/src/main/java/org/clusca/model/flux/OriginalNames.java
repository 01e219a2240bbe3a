package org.clusca.model.flux;

import static org.clusca.component.DualStreamBlocks.LAST_SCALE;
import static org.clusca.component.DualStreamBlocks.LAST_SHIFT;

import org.clusca.api.CluscaException;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;
import org.clusca.component.DualStreamBlocks;
import org.clusca.io.RenamedWeights;

/**
 * Weights with the names of black-forest-labs/flux under diffusers' names: queries, keys, values
 * and the MLP of a single block are rows of one tensor, and the last layer's shift stands before
 * its scale.
 */
final class OriginalNames {
    private OriginalNames() {}

    /** Other networks have such blocks too, but take their text in another way. */
    static boolean reads(ModelDirectory file) {
        try {
            Weights weights = file.weights("");
            return weights.has("double_blocks.0.img_attn.qkv.weight")
                    && weights.has("vector_in.in_layer.weight")
                    && weights.has("txt_in.weight");
        } catch (CluscaException e) {
            // not readable enough to be recognised
            return false;
        }
    }

    static Weights of(Weights original, DualStreamBlocks blocks) {
        long c = blocks.width();
        String time = "time_text_embed.";
        RenamedWeights.Builder names =
                RenamedWeights.of(original)
                        .layer("x_embedder", "img_in")
                        .layer("context_embedder", "txt_in")
                        .layer("proj_out", "final_layer.linear")
                        .rows(LAST_SHIFT, "final_layer.adaLN_modulation.1", 0, c)
                        .rows(LAST_SCALE, "final_layer.adaLN_modulation.1", c, 2 * c);
        embedder(names, time + "timestep_embedder", "time_in");
        embedder(names, time + "text_embedder", "vector_in");
        embedder(names, time + "guidance_embedder", "guidance_in");
        for (int i = 0; i < blocks.doubleBlocks(); i++) {
            String to = "transformer_blocks." + i + ".";
            String from = "double_blocks." + i + ".";
            names.layer(to + "norm1.linear", from + "img_mod.lin")
                    .layer(to + "norm1_context.linear", from + "txt_mod.lin")
                    .layer(to + "attn.to_out.0", from + "img_attn.proj")
                    .layer(to + "attn.to_add_out", from + "txt_attn.proj")
                    .layer(to + "ff.net.0.proj", from + "img_mlp.0")
                    .layer(to + "ff.net.2", from + "img_mlp.2")
                    .layer(to + "ff_context.net.0.proj", from + "txt_mlp.0")
                    .layer(to + "ff_context.net.2", from + "txt_mlp.2");
            attention(names, to + "attn.", from + "img_attn.", "to_", "", "norm_", c);
            attention(names, to + "attn.", from + "txt_attn.", "add_", "_proj", "norm_added_", c);
        }
        for (int i = 0; i < blocks.singleBlocks(); i++) {
            String to = "single_transformer_blocks." + i + ".";
            String from = "single_blocks." + i + ".";
            names.layer(to + "norm.linear", from + "modulation.lin")
                    .rows(to + "attn.to_q", from + "linear1", 0, c)
                    .rows(to + "attn.to_k", from + "linear1", c, 2 * c)
                    .rows(to + "attn.to_v", from + "linear1", 2 * c, 3 * c)
                    .rows(to + "proj_mlp", from + "linear1", 3 * c, 7 * c)
                    .layer(to + "proj_out", from + "linear2");
            norms(names, to + "attn.norm_", from + "norm.");
        }
        return names.build();
    }

    private static void embedder(RenamedWeights.Builder names, String to, String from) {
        names.layer(to + ".linear_1", from + ".in_layer")
                .layer(to + ".linear_2", from + ".out_layer");
    }

    private static void attention(
            RenamedWeights.Builder names,
            String to,
            String from,
            String before,
            String after,
            String norm,
            long c) {
        names.rows(to + before + "q" + after, from + "qkv", 0, c)
                .rows(to + before + "k" + after, from + "qkv", c, 2 * c)
                .rows(to + before + "v" + after, from + "qkv", 2 * c, 3 * c);
        norms(names, to + norm, from + "norm.");
    }

    private static void norms(RenamedWeights.Builder names, String to, String from) {
        names.tensor(to + "q.weight", from + "query_norm.scale")
                .tensor(to + "k.weight", from + "key_norm.scale");
    }
}
