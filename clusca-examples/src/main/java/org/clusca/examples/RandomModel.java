package org.clusca.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;
import org.clusca.component.AskedWeights;
import org.clusca.engine.Memory;
import org.clusca.io.Json;
import org.clusca.io.LocalModelDirectory;
import org.clusca.onnx.NetworkGraphs;

/**
 * Writes FLUX.1-dev or HunyuanVideo at full size with random bfloat16 weights, a piece at a time:
 * what a machine needs for them can be measured without having them. Tokenizers and whatever else
 * has no size come from a small model of the same layout.
 *
 * <p>{@code RandomModel flux-dev SMALL TARGET}: 32 GiB; {@code hunyuan-video}: 39 GiB.
 */
public final class RandomModel {
    private static final Map<String, Object> CLIP =
            Map.of(
                    "hidden_size", 768,
                    "intermediate_size", 3072,
                    "num_attention_heads", 12,
                    "num_hidden_layers", 12,
                    "vocab_size", 49408);

    private static final Map<String, Object> AUTOENCODER =
            Map.of(
                    "block_out_channels", List.of(128, 256, 512, 512),
                    "layers_per_block", 2,
                    "norm_num_groups", 32);

    /** What differs from the small model, by component. */
    private static final Map<String, Map<String, Map<String, Object>>> SIZES =
            Map.of(
                    "flux-dev",
                    Map.of(
                            "transformer",
                            Map.of(
                                    "attention_head_dim", 128,
                                    "axes_dims_rope", List.of(16, 56, 56),
                                    "joint_attention_dim", 4096,
                                    "num_attention_heads", 24,
                                    "num_layers", 19,
                                    "num_single_layers", 38,
                                    "pooled_projection_dim", 768),
                            "text_encoder",
                            CLIP,
                            "text_encoder_2",
                            Map.of(
                                    "d_ff", 10240,
                                    "d_kv", 64,
                                    "d_model", 4096,
                                    "num_heads", 64,
                                    "num_layers", 24,
                                    "vocab_size", 32128),
                            "vae",
                            AUTOENCODER),
                    "hunyuan-video",
                    Map.of(
                            "transformer",
                            Map.of(
                                    "attention_head_dim", 128,
                                    "num_attention_heads", 24,
                                    "num_layers", 20,
                                    "num_single_layers", 40,
                                    "pooled_projection_dim", 768,
                                    "rope_axes_dim", List.of(16, 56, 56),
                                    "text_embed_dim", 4096),
                            "text_encoder",
                            Map.of(
                                    "head_dim", 128,
                                    "hidden_size", 4096,
                                    "intermediate_size", 14336,
                                    "num_attention_heads", 32,
                                    "num_hidden_layers", 32,
                                    "num_key_value_heads", 8,
                                    "vocab_size", 128320),
                            "text_encoder_2",
                            CLIP,
                            "vae",
                            AUTOENCODER));

    private static final float DEVIATION = 0.02f;
    private static final int CHUNK = 8 << 20;

    private final Path target;
    private final Map<String, AskedWeights> asked = new HashMap<>();
    private final Random random = new Random(1);

    /** Random numbers, of which every tensor takes some from somewhere. */
    private final ByteBuffer numbers =
            ByteBuffer.allocateDirect(2 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);

    private RandomModel(Path target) {
        this.target = target;
        while (numbers.hasRemaining()) {
            numbers.putShort(bfloat16(DEVIATION * (float) random.nextGaussian()));
        }
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 3 || !SIZES.containsKey(args[0])) {
            throw new IllegalArgumentException(
                    "Expected one of " + SIZES.keySet() + ", a small model, and a new folder.");
        }
        Path target = Path.of(args[2]);
        copy(Path.of(args[1]), target, SIZES.get(args[0]));
        new RandomModel(target).write(LocalModelDirectory.open(Path.of(args[1])));
    }

    /** All but the weights. */
    private static void copy(Path small, Path target, Map<String, Map<String, Object>> sizes)
            throws IOException {
        try (Stream<Path> files = Files.walk(small)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = small.relativize(file);
                Path copy = target.resolve(relative);
                String component = relative.getName(0).toString();
                Files.createDirectories(
                        relative.getNameCount() > 1 ? target.resolve(component) : target);
                if (sizes.containsKey(component) && relative.endsWith("config.json")) {
                    Map<String, Object> config = new LinkedHashMap<>(Json.read(file));
                    config.putAll(sizes.get(component));
                    Json.write(copy, config);
                } else if (!file.toString().contains(".safetensors")) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** Writes the networks' graphs, which ask for their tensors, and then these. */
    private void write(ModelDirectory small) throws IOException {
        ModelDirectory directory = new Unwritten(LocalModelDirectory.open(target), small);
        Model model =
                Clusca.create().models().all().stream()
                        .filter(each -> each.reads(directory))
                        .findFirst()
                        .orElseThrow()
                        .open(directory);
        NetworkGraphs.modulation("modulation", model.transformer(), model.transformer().weights());
        NetworkGraphs.prepared("preparation", model.transformer(), model.transformer().weights());
        NetworkGraphs.plain("transformer", model.transformer());
        model.conditioner()
                .encoders()
                .forEach(encoder -> NetworkGraphs.encoder(encoder.name(), encoder));
        model.codec()
                .ifPresent(
                        codec ->
                                NetworkGraphs.codec(
                                        "autoencoder", codec, model.transformer().spec()));
        for (Map.Entry<String, AskedWeights> component : asked.entrySet()) {
            String stem =
                    component.getKey().startsWith("text_encoder")
                            ? "model"
                            : "diffusion_pytorch_model";
            Path file = target.resolve(component.getKey()).resolve(stem + ".safetensors");
            write(file, component.getValue().shapes());
            System.out.println(file + ": " + Memory.gib(Files.size(file)));
        }
    }

    private void write(Path file, Map<String, int[]> shapes) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
            long start = end;
            end += 2 * Tensor.count(tensor.getValue());
            header.put(
                    tensor.getKey(),
                    Map.of(
                            "dtype",
                            "BF16",
                            "shape",
                            tensor.getValue(),
                            "data_offsets",
                            List.of(start, end)));
        }
        byte[] json = Json.compact(header).getBytes(StandardCharsets.UTF_8);
        ByteBuffer head = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(head.putLong(json.length).put(json).flip());
            for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
                boolean norm = tensor.getValue().length == 1 && tensor.getKey().endsWith(".weight");
                write(out, Tensor.count(tensor.getValue()), norm);
            }
        }
    }

    private void write(FileChannel out, long count, boolean norm) throws IOException {
        if (norm) {
            ByteBuffer ones =
                    ByteBuffer.allocate(Math.toIntExact(2 * count)).order(ByteOrder.LITTLE_ENDIAN);
            while (ones.hasRemaining()) {
                ones.putShort(bfloat16(1));
            }
            out.write(ones.flip());
            return;
        }
        for (long left = count; left > 0; ) {
            int from = random.nextInt(CHUNK / 2);
            int some = (int) Math.min(left, CHUNK - from);
            ByteBuffer part = numbers.slice(2 * from, 2 * some);
            while (part.hasRemaining()) {
                out.write(part);
            }
            left -= some;
        }
    }

    private static short bfloat16(float value) {
        return (short) (Float.floatToRawIntBits(value) >>> 16);
    }

    /** A directory whose weights are yet to be written. */
    private final class Unwritten implements ModelDirectory {
        private final ModelDirectory files;
        private final ModelDirectory small;

        Unwritten(ModelDirectory files, ModelDirectory small) {
            this.files = files;
            this.small = small;
        }

        @Override
        public Path path() {
            return files.path();
        }

        @Override
        public boolean has(String file) {
            return files.has(file);
        }

        @Override
        public Config json(String file) {
            return files.json(file);
        }

        @Override
        public Weights weights(String folder) {
            return asked.computeIfAbsent(
                    folder,
                    name -> {
                        Set<String> names = new HashSet<>();
                        small.weights(folder).names().forEach(each -> names.add(layer(each)));
                        return new AskedWeights(each -> names.contains(layer(each)));
                    });
        }

        /** The same for layers of any number: the small model has fewer. */
        private static String layer(String tensor) {
            return tensor.replaceAll("\\d+", "0");
        }
    }
}
