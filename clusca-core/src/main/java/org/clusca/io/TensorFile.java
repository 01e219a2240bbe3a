package org.clusca.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Weight;

/**
 * A file of tensors by name. It has been looked through when it is opened, and nothing of it is
 * held but where the tensors lie.
 */
sealed interface TensorFile permits SafetensorsFile, TorchFile {
    /** Endings of files that are read. */
    List<String> ENDINGS = List.of(".safetensors", ".bin", ".pt", ".pth", ".ckpt");

    /**
     * Opens a file by its ending.
     *
     * @throws CluscaException NOT_FOUND; CORRUPT_FILE for any departure from the format
     */
    static TensorFile open(Path path) {
        return path.toString().endsWith(".safetensors")
                ? SafetensorsFile.open(path)
                : TorchFile.open(path);
    }

    static boolean isOne(Path path) {
        return ENDINGS.stream().anyMatch(path.toString()::endsWith);
    }

    Path path();

    Set<String> names();

    default boolean has(String name) {
        return names().contains(name);
    }

    /** Elements of a tensor that it has. */
    long elements(String name);

    /**
     * Where a tensor lies that it has: in the file itself, or, where the file holds it in a form
     * that no network computes with, in a copy that is made for it in the {@link CacheFolder}.
     *
     * @throws CluscaException INVALID_MODEL when its type is not one that weights may have
     */
    Weight weight(String name);

    /** Links followed, as ONNX Runtime wants it. */
    static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    /**
     * @param spelled as in safetensors files
     * @throws CluscaException INVALID_MODEL when it is not one that weights may have
     */
    static Weight.DType dtype(Path path, String name, String spelled) {
        return Arrays.stream(Weight.DType.values())
                .filter(dtype -> dtype.name().equals(spelled))
                .findFirst()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.INVALID_MODEL,
                                        path
                                                + ": tensor "
                                                + name
                                                + ": expected dtype "
                                                + Arrays.stream(Weight.DType.values())
                                                        .map(Weight.DType::name)
                                                        .collect(Collectors.joining(", "))
                                                + ", found "
                                                + spelled
                                                + "."));
    }

    static void requireFile(Path path) {
        if (Files.isDirectory(path)) {
            throw IoErrors.notFound(path + ": expected a file of weights, found a folder.");
        }
    }
}
