package org.clusca.model.dit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/**
 * Shows weights in the original naming under diffusers' names. Nothing is copied: queries, keys and
 * values are rows of one tensor, and the embedders, of which diffusers keeps a copy in every block,
 * are the same bytes under several names.
 */
final class OriginalNames implements Weights {
    private final Weights original;
    private final Map<String, Function<Weights, Weight>> names = new LinkedHashMap<>();

    OriginalNames(Weights original, DitConfig config) {
        this.original = original;
        layer("pos_embed.proj", "x_embedder.proj");
        layer("proj_out_1", "final_layer.adaLN_modulation.1");
        layer("proj_out_2", "final_layer.linear");
        for (int i = 0; i < config.blocks(); i++) {
            String to = "transformer_blocks." + i + ".";
            String from = "blocks." + i + ".";
            layer(to + "norm1.emb.timestep_embedder.linear_1", "t_embedder.mlp.0");
            layer(to + "norm1.emb.timestep_embedder.linear_2", "t_embedder.mlp.2");
            same(
                    to + "norm1.emb.class_embedder.embedding_table.weight",
                    "y_embedder.embedding_table.weight");
            layer(to + "norm1.linear", from + "adaLN_modulation.1");
            String[] parts = {"to_q", "to_k", "to_v"};
            for (int part = 0; part < parts.length; part++) {
                rows(
                        to + "attn1." + parts[part] + ".weight",
                        from + "attn.qkv.weight",
                        part,
                        config.width());
                rows(
                        to + "attn1." + parts[part] + ".bias",
                        from + "attn.qkv.bias",
                        part,
                        config.width());
            }
            layer(to + "attn1.to_out.0", from + "attn.proj");
            layer(to + "ff.net.0.proj", from + "mlp.fc1");
            layer(to + "ff.net.2", from + "mlp.fc2");
        }
    }

    private void layer(String to, String from) {
        same(to + ".weight", from + ".weight");
        same(to + ".bias", from + ".bias");
    }

    private void same(String to, String from) {
        names.put(to, weights -> weights.get(from));
    }

    private void rows(String to, String from, int part, int width) {
        names.put(to, weights -> weights.get(from).rows((long) part * width, (part + 1L) * width));
    }

    @Override
    public String origin() {
        return original.origin();
    }

    @Override
    public long elements() {
        return original.elements();
    }

    @Override
    public Set<String> names() {
        return names.keySet();
    }

    @Override
    public Weight get(String name) {
        Function<Weights, Weight> weight = names.get(name);
        if (weight == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL, origin() + ": no tensor for " + name + ".");
        }
        return weight.apply(original);
    }
}
