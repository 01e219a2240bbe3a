package org.clusca.model.dit;

import org.clusca.api.model.Weights;
import org.clusca.io.RenamedWeights;

/**
 * Weights in the original naming under diffusers' names: queries, keys and values are rows of one
 * tensor, and the embedders, of which diffusers keeps a copy in every block, are the same bytes
 * under several names.
 */
final class OriginalNames {
    private OriginalNames() {}

    static Weights of(Weights original, DitConfig config) {
        int width = config.width();
        RenamedWeights.Builder names =
                RenamedWeights.of(original)
                        .layer("pos_embed.proj", "x_embedder.proj")
                        .layer("proj_out_1", "final_layer.adaLN_modulation.1")
                        .layer("proj_out_2", "final_layer.linear");
        for (int i = 0; i < config.blocks(); i++) {
            String to = "transformer_blocks." + i + ".";
            String from = "blocks." + i + ".";
            names.layer(to + "norm1.emb.timestep_embedder.linear_1", "t_embedder.mlp.0")
                    .layer(to + "norm1.emb.timestep_embedder.linear_2", "t_embedder.mlp.2")
                    .tensor(
                            to + "norm1.emb.class_embedder.embedding_table.weight",
                            "y_embedder.embedding_table.weight")
                    .layer(to + "norm1.linear", from + "adaLN_modulation.1")
                    .rows(to + "attn1.to_q", from + "attn.qkv", 0, width)
                    .rows(to + "attn1.to_k", from + "attn.qkv", width, 2L * width)
                    .rows(to + "attn1.to_v", from + "attn.qkv", 2L * width, 3L * width)
                    .layer(to + "attn1.to_out.0", from + "attn.proj")
                    .layer(to + "ff.net.0.proj", from + "mlp.fc1")
                    .layer(to + "ff.net.2", from + "mlp.fc2");
        }
        return names.build();
    }
}
