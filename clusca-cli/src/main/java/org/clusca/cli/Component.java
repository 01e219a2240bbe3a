package org.clusca.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;
import org.clusca.io.WeightScan;

/**
 * A part of a model directory.
 *
 * @param folder empty for the directory itself
 * @param parameters 0 for a part that is configuration alone
 * @param dtypes of its tensors
 * @param bytes of its tensors; of its files where there are none
 */
record Component(
        String folder, List<String> files, long parameters, SortedSet<String> dtypes, long bytes) {

    /** Every folder of a model, in alphabetical order; for a single file that file alone. */
    static List<String> folders(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of("");
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * Reads what a folder holds.
     *
     * @param scan whether to look through every weight for NaN and infinity
     * @throws CluscaException saying what is missing or damaged
     */
    static Component read(ModelDirectory directory, String folder, boolean scan) {
        Path path = directory.path().resolve(folder);
        List<String> files = files(path);
        SortedSet<String> dtypes = new TreeSet<>();
        if (files.stream().noneMatch(Component::holdsWeights)) {
            return new Component(folder, files, 0, dtypes, bytes(path, files));
        }
        Weights weights = directory.weights(folder);
        long bytes = 0;
        for (String name : weights.names()) {
            Optional<Weight> weight = WeightScan.readable(weights, name);
            dtypes.add(weight.map(w -> w.dtype().name()).orElse("other"));
            bytes += weight.map(Weight::bytes).orElse(0L);
        }
        if (scan) {
            WeightScan.firstNotFinite(weights)
                    .ifPresent(
                            name -> {
                                throw new CluscaException(
                                        ErrorCode.NOT_FINITE,
                                        weights.origin()
                                                + ": tensor "
                                                + name
                                                + " holds NaN or infinity.");
                            });
        }
        return new Component(folder, files, weights.elements(), dtypes, bytes);
    }

    private static boolean holdsWeights(String file) {
        return List.of(
                        ".safetensors",
                        ".safetensors.index.json",
                        ".bin",
                        ".bin.index.json",
                        ".pt",
                        ".pth",
                        ".ckpt")
                .stream()
                .anyMatch(file::endsWith);
    }

    private static List<String> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path.getFileName().toString());
        }
        try (Stream<Path> entries = Files.list(path)) {
            return new ArrayList<>(
                    entries.map(entry -> entry.getFileName().toString()).sorted().toList());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static long bytes(Path path, List<String> files) {
        try {
            long bytes = 0;
            for (String file : files) {
                bytes += Files.size(path.resolve(file));
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static CluscaException unreadable(Path path, IOException e) {
        return new CluscaException(ErrorCode.IO, path + ": cannot be listed: " + e.getMessage(), e);
    }
}
