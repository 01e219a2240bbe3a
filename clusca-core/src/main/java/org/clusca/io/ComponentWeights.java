package org.clusca.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Config;
import org.clusca.api.model.Weights;
import org.jspecify.annotations.Nullable;

/** Finds the weights in the folder of one component, as the library that wrote it would. */
final class ComponentWeights {
    private static final String SAFETENSORS = ".safetensors";
    private static final String TORCH = ".bin";
    private static final String DIFFUSERS = "diffusion_pytorch_model";
    private static final List<String> VARIANTS = List.of("fp16", "bf16");

    private ComponentWeights() {}

    /**
     * @throws CluscaException NOT_FOUND or CORRUPT_FILE, naming the file
     */
    static Weights in(Path directory) {
        for (String format : List.of(SAFETENSORS, TORCH)) {
            for (String variant : variants()) {
                for (String stem : stems(directory, format)) {
                    Weights weights = weights(directory, stem, variant, format);
                    if (weights != null) {
                        return weights;
                    }
                }
            }
        }
        throw nothingToRead(directory);
    }

    /** The name that the library of the component's configuration gives its files comes first. */
    private static List<String> stems(Path directory, String format) {
        Path config = directory.resolve("config.json");
        boolean transformers =
                Files.exists(config) && !new Config("", Json.read(config)).has("_class_name");
        String other = format.equals(TORCH) ? "pytorch_model" : "model";
        return transformers ? List.of(other, DIFFUSERS) : List.of(DIFFUSERS, other);
    }

    /** What stands before the last part of a file's name: nothing first. */
    private static List<String> variants() {
        List<String> variants = new ArrayList<>(List.of(""));
        VARIANTS.forEach(variant -> variants.add("." + variant));
        return variants;
    }

    /** Where both are there, diffusers reads the index, transformers the whole file. */
    private static @Nullable Weights weights(
            Path directory, String stem, String variant, String format) {
        Weights first =
                stem.equals(DIFFUSERS)
                        ? shards(directory, stem, variant, format)
                        : whole(directory, stem, variant, format);
        if (first != null) {
            return first;
        }
        return stem.equals(DIFFUSERS)
                ? whole(directory, stem, variant, format)
                : shards(directory, stem, variant, format);
    }

    private static @Nullable Weights whole(
            Path directory, String stem, String variant, String format) {
        Path whole = directory.resolve(stem + variant + format);
        LocalModelDirectory.checkLink(whole);
        return Files.exists(whole) ? FileWeights.of(TensorFile.open(whole)) : null;
    }

    private static @Nullable Weights shards(
            Path directory, String stem, String variant, String format) {
        // The first is how diffusers and transformers write it, the second is seen as well.
        for (String name :
                List.of(
                        stem + format + ".index" + variant + ".json",
                        stem + variant + format + ".index.json")) {
            Path index = directory.resolve(name);
            LocalModelDirectory.checkLink(index);
            if (Files.exists(index)) {
                return sharded(directory, index);
            }
        }
        return null;
    }

    private static Weights sharded(Path directory, Path index) {
        Map<String, @Nullable Object> map = Json.object(Json.read(index).get("weight_map"));
        if (map == null || map.isEmpty()) {
            throw IoErrors.corrupt(
                    index, "'weight_map' must be an object from tensor names to file names.");
        }
        Map<String, TensorFile> opened = new LinkedHashMap<>();
        Map<String, TensorFile> shards = new LinkedHashMap<>();
        map.forEach(
                (tensor, value) -> {
                    if (!(value instanceof String name) || !isPlain(name)) {
                        throw IoErrors.corrupt(
                                index,
                                "tensor "
                                        + tensor
                                        + ": expected the name of a file in the same folder,"
                                        + " found "
                                        + value
                                        + ".");
                    }
                    shards.put(
                            tensor,
                            opened.computeIfAbsent(
                                    name, key -> shard(directory, index, tensor, key)));
                });
        return FileWeights.indexed(index, shards);
    }

    private static TensorFile shard(Path directory, Path index, String tensor, String name) {
        Path shard = directory.resolve(name);
        LocalModelDirectory.checkLink(shard);
        if (!Files.exists(shard)) {
            throw IoErrors.notFound(
                    index
                            + ": the shard "
                            + name
                            + ", listed for tensor "
                            + tensor
                            + ", is not in the folder; the download may be incomplete.");
        }
        return TensorFile.open(shard);
    }

    /** Whether a file name stays within its folder. */
    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && !name.equals("..")
                && !name.contains("/")
                && !name.contains("\\")
                && name.indexOf('\0') < 0;
    }

    private static CluscaException nothingToRead(Path directory) {
        List<String> files = LocalModelDirectory.list(directory);
        String expected =
                directory
                        + ": expected "
                        + String.join(
                                " or ",
                                stems(directory, SAFETENSORS).stream()
                                        .map(stem -> stem + SAFETENSORS)
                                        .toList())
                        + ", or "
                        + stems(directory, TORCH).get(0)
                        + TORCH;
        String found =
                files.isEmpty()
                        ? "nothing"
                        : String.join(", ", files.subList(0, Math.min(8, files.size())))
                                + (files.size() > 8 ? ", ..." : "");
        return IoErrors.notFound(
                expected + ", or their .index.json with shards, found " + found + ".");
    }
}
