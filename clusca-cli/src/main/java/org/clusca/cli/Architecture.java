package org.clusca.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;

/**
 * A published size of DiT (arXiv 2212.09748, table 1), for 256x256 pictures: latents of 4x32x32,
 * 1000 classes, output with variance.
 */
record Architecture(String name, int blocks, int width, int heads, int patch) {
    private static final int LATENT = 32;
    private static final int CHANNELS = 4;
    private static final int CLASSES = 1000;
    private static final int TIMESTEP_CHANNELS = 256;

    static List<Architecture> all() {
        return List.of(
                new Architecture("dit-s-2", 12, 384, 6, 2),
                new Architecture("dit-b-2", 12, 768, 12, 2),
                new Architecture("dit-l-2", 24, 1024, 16, 2),
                new Architecture("dit-xl-2", 28, 1152, 16, 2),
                new Architecture("dit-s-4", 12, 384, 6, 4),
                new Architecture("dit-b-4", 12, 768, 12, 4),
                new Architecture("dit-l-4", 24, 1024, 16, 4),
                new Architecture("dit-xl-4", 28, 1152, 16, 4));
    }

    static List<String> names() {
        return all().stream().map(Architecture::name).toList();
    }

    /**
     * @throws CluscaException UNKNOWN_NAME, with the names there are
     */
    static Architecture named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(architecture -> architecture.name().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () -> {
                            List<String> near = Names.near(name, names());
                            return new CluscaException(
                                    ErrorCode.UNKNOWN_NAME,
                                    "No architecture named '"
                                            + name
                                            + "'."
                                            + (near.isEmpty()
                                                    ? ""
                                                    : " Did you mean "
                                                            + String.join(", ", near)
                                                            + "?")
                                            + " Available: "
                                            + String.join(", ", names())
                                            + ".");
                        });
    }

    /** Shapes of all tensors, under the names of facebookresearch/DiT. */
    Map<String, int[]> tensors() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("x_embedder.proj.weight", new int[] {width, CHANNELS, patch, patch});
        shapes.put("x_embedder.proj.bias", new int[] {width});
        linear(shapes, "t_embedder.mlp.0", TIMESTEP_CHANNELS, width);
        linear(shapes, "t_embedder.mlp.2", width, width);
        shapes.put("y_embedder.embedding_table.weight", new int[] {CLASSES + 1, width});
        for (int block = 0; block < blocks; block++) {
            String prefix = "blocks." + block + ".";
            linear(shapes, prefix + "attn.qkv", width, 3 * width);
            linear(shapes, prefix + "attn.proj", width, width);
            linear(shapes, prefix + "mlp.fc1", width, 4 * width);
            linear(shapes, prefix + "mlp.fc2", 4 * width, width);
            linear(shapes, prefix + "adaLN_modulation.1", width, 6 * width);
        }
        linear(shapes, "final_layer.linear", width, patch * patch * 2 * CHANNELS);
        linear(shapes, "final_layer.adaLN_modulation.1", width, 2 * width);
        return shapes;
    }

    private static void linear(Map<String, int[]> shapes, String name, int in, int out) {
        shapes.put(name + ".weight", new int[] {out, in});
        shapes.put(name + ".bias", new int[] {out});
    }

    /** What cannot be told from the tensors. */
    Map<String, Object> config() {
        return Map.of("hidden_size", width, "num_heads", heads, "input_size", LATENT);
    }
}
