package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;

/**
 * A model in the local file system, in the layout of diffusers and transformers. Links, as in the
 * cache of the Hugging Face hub, are followed.
 */
public final class LocalModelDirectory implements ModelDirectory {
    /** Endings of weights in formats that are not read. */
    public static final List<String> FOREIGN = List.of(".gguf", ".onnx", ".msgpack", ".h5");

    /** What training and node editors put before every name of a network. */
    private static final List<String> PREFIXES =
            List.of("model.diffusion_model.", "diffusion_model.", "module.", "_orig_mod.");

    private final Path path;
    private final boolean singleFile;

    private LocalModelDirectory(Path path, boolean singleFile) {
        this.path = path;
        this.singleFile = singleFile;
    }

    /**
     * @param path a folder, or a file of weights: safetensors, or as {@code torch.save} writes it
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
            if (!TensorFile.isOne(path)) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        path
                                + ": expected the directory of a model or a file of weights ("
                                + String.join(", ", TensorFile.ENDINGS)
                                + "),"
                                + " found "
                                + (FOREIGN.stream().anyMatch(path.toString()::endsWith)
                                        ? "a file of a format that Clusca does not read; most"
                                                + " models are published as safetensors too."
                                        : "another file."));
            }
            return new LocalModelDirectory(path, true);
        }
        if (list(path).isEmpty()) {
            throw IoErrors.notFound(
                    path + ": the folder is empty; expected the files of a model in it.");
        }
        return new LocalModelDirectory(path, false);
    }

    /** Whether the ending of a file is one of weights that are read. */
    public static boolean isWeights(Path file) {
        return TensorFile.isOne(file);
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
            return plainNames(FileWeights.of(TensorFile.open(path)));
        }
        Path directory = path.resolve(folder);
        if (!Files.isDirectory(directory)) {
            throw IoErrors.notFound(directory + ": there is no such folder.");
        }
        return ComponentWeights.in(directory);
    }

    private static Weights plainNames(Weights weights) {
        for (String prefix : PREFIXES) {
            if (weights.names().stream().anyMatch(name -> name.startsWith(prefix))) {
                RenamedWeights.Builder names = RenamedWeights.of(weights);
                for (String name : weights.names()) {
                    names.tensor(
                            name.startsWith(prefix) ? name.substring(prefix.length()) : name, name);
                }
                return names.build();
            }
        }
        return weights;
    }

    /** A link whose target is missing is named as such: the cache of the hub consists of links. */
    static void checkLink(Path file) {
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

    static List<String> list(Path folder) {
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
