package org.clusca.model.dit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;

/** A copy of the tiny pipeline to be changed by a test. */
record ModelCopy(Path folder) {
    static final String TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors";
    static final String VAE = "vae/diffusion_pytorch_model.safetensors";

    /** One tensor as a file holds it. */
    record Stored(String dtype, int[] shape, byte[] bytes) {
        ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    static ModelCopy in(Path folder) {
        Path source = TinyDit.folder();
        try (Stream<Path> all = Files.walk(source)) {
            for (Path path : all.toList()) {
                Path target = folder.resolve(source.relativize(path).toString());
                if (!Files.exists(target)) {
                    Files.copy(path, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ModelCopy(folder);
    }

    ModelCopy json(String file, Consumer<Map<String, Object>> change) {
        Map<String, Object> values = new LinkedHashMap<>(Json.read(folder.resolve(file)));
        change.accept(values);
        Json.write(folder.resolve(file), values);
        return this;
    }

    /** Rewrites a file of weights, tensor by tensor; null leaves a tensor out. */
    ModelCopy weights(String file, BiFunction<String, Stored, Stored> change) {
        Map<String, Stored> changed = new LinkedHashMap<>();
        read(file)
                .forEach(
                        (name, tensor) -> {
                            Stored other = change.apply(name, tensor);
                            if (other != null) {
                                changed.put(name, other);
                            }
                        });
        write(folder.resolve(file), changed);
        return this;
    }

    /** Changes one tensor. */
    ModelCopy weight(String file, String tensor, BiFunction<String, Stored, Stored> change) {
        return weights(
                file, (name, stored) -> name.equals(tensor) ? change.apply(name, stored) : stored);
    }

    ModelCopy delete(String name) {
        try (Stream<Path> all = Files.walk(folder.resolve(name))) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Map<String, Stored> read(String file) {
        SafetensorsFile source = SafetensorsFile.open(folder.resolve(file));
        Map<String, Stored> tensors = new LinkedHashMap<>();
        for (String name : source.entries().keySet()) {
            float[] values = source.tensor(name).toArray();
            ByteBuffer bytes =
                    ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            tensors.put(name, new Stored("F32", source.shape(name), bytes.array()));
        }
        return tensors;
    }

    private static byte[] bytes(Map<String, Object> json) {
        try {
            return new ObjectMapper().writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As other programs write it: without padding, in the order given. */
    static void write(Path file, Map<String, Stored> tensors) {
        Map<String, Object> header = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, Stored> tensor : tensors.entrySet()) {
            long end = offset + tensor.getValue().bytes().length;
            header.put(
                    tensor.getKey(),
                    Map.of(
                            "dtype", tensor.getValue().dtype(),
                            "shape", tensor.getValue().shape(),
                            "data_offsets", List.of(offset, end)));
            offset = end;
        }
        byte[] json = bytes(header);
        ByteBuffer all =
                ByteBuffer.allocate(Math.toIntExact(8 + json.length + offset))
                        .order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json);
        tensors.values().forEach(tensor -> all.put(tensor.bytes()));
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, all.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
