package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;
import org.jspecify.annotations.Nullable;

/**
 * A model in the local file system, in the layout of diffusers and transformers. Links, as in the
 * cache of the Hugging Face hub, are followed.
 */
public final class LocalModelDirectory implements ModelDirectory {
    private static final List<String> STEMS = List.of("diffusion_pytorch_model", "model");
    private static final List<String> VARIANTS = List.of("fp16", "bf16");
    private static final List<String> PICKLED = List.of(".bin", ".pt", ".pth", ".ckpt");

    private final Path path;
    private final boolean singleFile;

    private LocalModelDirectory(Path path, boolean singleFile) {
        this.path = path;
        this.singleFile = singleFile;
    }

    /**
     * @param path a folder, or a file of type {@code .safetensors}
     * @throws CluscaException NOT_FOUND when there is nothing or the folder is empty; INVALID_MODEL
     *     for a file of another type
     */
    public static LocalModelDirectory open(Path path) {
        checkLink(path);
        if (!Files.exists(path)) {
            throw IoErrors.notFound(
                    path
                            + ": there is no such file or folder; expected the directory of a"
                            + " model.");
        }
        if (!Files.isDirectory(path)) {
            if (!path.toString().endsWith(".safetensors")) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        path
                                + ": expected the directory of a model or a .safetensors file,"
                                + " found another file.");
            }
            return new LocalModelDirectory(path, true);
        }
        if (list(path).isEmpty()) {
            throw IoErrors.notFound(
                    path + ": the folder is empty; expected the files of a model in it.");
        }
        return new LocalModelDirectory(path, false);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean has(String relative) {
        return !singleFile && Files.exists(path.resolve(relative));
    }

    @Override
    public Config json(String relative) {
        if (singleFile) {
            throw IoErrors.notFound(
                    path + ": a single file was given, so there is no " + relative + ".");
        }
        Path file = path.resolve(relative);
        checkLink(file);
        return new Config(file.toString(), Json.read(file));
    }

    @Override
    public Weights weights(String folder) {
        if (singleFile) {
            if (!folder.isEmpty()) {
                throw IoErrors.notFound(
                        path + ": a single file was given, so there is no folder " + folder + ".");
            }
            return SafetensorsWeights.of(SafetensorsFile.open(path));
        }
        Path directory = path.resolve(folder);
        if (!Files.isDirectory(directory)) {
            throw IoErrors.notFound(directory + ": there is no such folder.");
        }
        for (String variant : variants()) {
            for (String stem : STEMS) {
                Weights weights = weights(directory, stem, variant);
                if (weights != null) {
                    return weights;
                }
            }
        }
        throw nothingToRead(directory);
    }

    /** What stands before the last part of a file's name: nothing first. */
    private static List<String> variants() {
        List<String> variants = new ArrayList<>(List.of(""));
        VARIANTS.forEach(variant -> variants.add("." + variant));
        return variants;
    }

    private static @Nullable Weights weights(Path directory, String stem, String variant) {
        Path whole = directory.resolve(stem + variant + ".safetensors");
        checkLink(whole);
        if (Files.exists(whole)) {
            return SafetensorsWeights.of(SafetensorsFile.open(whole));
        }
        // The first is how diffusers and transformers write it, the second is seen as well.
        for (String name :
                List.of(
                        stem + ".safetensors.index" + variant + ".json",
                        stem + variant + ".safetensors.index.json")) {
            Path index = directory.resolve(name);
            checkLink(index);
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
        Map<String, SafetensorsFile> opened = new LinkedHashMap<>();
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
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
        return SafetensorsWeights.indexed(index, shards);
    }

    private static SafetensorsFile shard(Path directory, Path index, String tensor, String name) {
        Path shard = directory.resolve(name);
        checkLink(shard);
        if (!Files.exists(shard)) {
            throw IoErrors.notFound(
                    index
                            + ": the shard "
                            + name
                            + ", listed for tensor "
                            + tensor
                            + ", is not in the folder; the download may be incomplete.");
        }
        return SafetensorsFile.open(shard);
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
        List<String> files = list(directory);
        List<String> pickled =
                files.stream().filter(name -> PICKLED.stream().anyMatch(name::endsWith)).toList();
        String expected =
                directory
                        + ": expected "
                        + String.join(" or ", STEMS.stream().map(s -> s + ".safetensors").toList());
        if (!pickled.isEmpty()) {
            return IoErrors.notFound(
                    expected
                            + ", found only "
                            + pickled.get(0)
                            + ", which Clusca does not read; convert it with diffusers:"
                            + " from_pretrained(...).save_pretrained(..., safe_serialization=True).");
        }
        String found =
                files.isEmpty()
                        ? "nothing"
                        : String.join(", ", files.subList(0, Math.min(8, files.size())))
                                + (files.size() > 8 ? ", ..." : "");
        return IoErrors.notFound(
                expected + ", or their .index.json with shards, found " + found + ".");
    }

    /** A link whose target is missing is named as such: the cache of the hub consists of links. */
    private static void checkLink(Path file) {
        if (!Files.isSymbolicLink(file) || Files.exists(file)) {
            return;
        }
        try {
            throw IoErrors.notFound(
                    file
                            + ": a link to "
                            + Files.readSymbolicLink(file)
                            + ", which does not exist; the download may be incomplete.");
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    private static List<String> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }

    /**
     * A configuration beside a file of weights: the first {@code *config.json} by name in which
     * {@code key} is {@code value} and the number of heads is told.
     */
    public static Optional<Config> configBeside(Path file, String key, int value) {
        Path parent = requireNonNull(file.toAbsolutePath().getParent());
        LocalModelDirectory folder = open(parent);
        try (Stream<Path> files = Files.list(parent)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith("config.json"))
                    .sorted()
                    .map(folder::json)
                    .filter(config -> config.has("num_heads") && config.whole(key, 0) == value)
                    .findFirst();
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, parent + " cannot be listed: " + e.getMessage(), e);
        }
    }
}
