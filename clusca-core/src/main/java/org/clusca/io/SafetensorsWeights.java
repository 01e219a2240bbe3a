package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weight.DType;
import org.clusca.api.model.Weights;
import org.clusca.io.SafetensorsFile.Entry;
import org.jspecify.annotations.Nullable;

/** The tensors of one or several safetensors files. */
public final class SafetensorsWeights implements Weights {
    private final String origin;
    private final Map<String, SafetensorsFile> files;
    private final Map<SafetensorsFile, Path> realPaths;

    private SafetensorsWeights(String origin, Map<String, SafetensorsFile> files) {
        this.origin = origin;
        this.files = files;
        this.realPaths = new HashMap<>();
        for (SafetensorsFile file : files.values()) {
            realPaths.computeIfAbsent(file, SafetensorsWeights::realPath);
        }
    }

    /** All tensors of one file. */
    public static SafetensorsWeights of(SafetensorsFile file) {
        return of(file.path().toString(), List.of(file));
    }

    /**
     * All tensors of some files.
     *
     * @param origin for errors
     * @throws CluscaException CORRUPT_FILE when two files hold a tensor of the same name
     */
    public static SafetensorsWeights of(String origin, List<SafetensorsFile> files) {
        Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
        for (SafetensorsFile file : files) {
            for (String name : file.entries().keySet()) {
                SafetensorsFile other = byTensor.put(name, file);
                if (other != null) {
                    throw IoErrors.corrupt(
                            file.path(), "tensor " + name + " is in " + other.path() + " too.");
                }
            }
        }
        return new SafetensorsWeights(origin, byTensor);
    }

    /**
     * The tensors that an index lists.
     *
     * @param index for errors
     * @param shards by tensor name
     * @throws CluscaException CORRUPT_FILE when a shard lacks a tensor that is listed for it
     */
    static SafetensorsWeights indexed(Path index, Map<String, SafetensorsFile> shards) {
        shards.forEach(
                (name, shard) -> {
                    if (!shard.has(name)) {
                        throw IoErrors.corrupt(
                                index,
                                "tensor "
                                        + name
                                        + " is listed in "
                                        + shard.path().getFileName()
                                        + ", which does not hold it.");
                    }
                });
        return new SafetensorsWeights(index.toString(), shards);
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public Set<Path> files() {
        return realPaths.keySet().stream()
                .map(SafetensorsFile::path)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public long elements() {
        return files.entrySet().stream()
                .mapToLong(file -> elements(entry(file.getValue(), file.getKey())))
                .sum();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(files.keySet());
    }

    @Override
    public Weight get(String name) {
        SafetensorsFile file = files.get(name);
        if (file == null) {
            List<String> near = Names.near(name, files.keySet());
            throw invalid(
                    origin
                            + ": no tensor "
                            + name
                            + " among "
                            + files.size()
                            + "."
                            + (near.isEmpty() ? "" : " Near: " + String.join(", ", near) + "."));
        }
        Entry entry = entry(file, name);
        DType dtype = dtype(entry.dtype());
        if (dtype == null) {
            String allowed =
                    Arrays.stream(DType.values())
                            .map(DType::name)
                            .collect(Collectors.joining(", "));
            throw invalid(
                    file.path()
                            + ": tensor "
                            + name
                            + ": expected dtype "
                            + allowed
                            + ", found "
                            + entry.dtype()
                            + ".");
        }
        return new Weight(
                name, dtype, entry.shape(), requireNonNull(realPaths.get(file)), entry.offset());
    }

    private static Entry entry(SafetensorsFile file, String name) {
        return requireNonNull(file.entries().get(name));
    }

    private static long elements(Entry entry) {
        return Arrays.stream(entry.shape()).reduce(1, (a, b) -> a * b);
    }

    private static @Nullable DType dtype(String spelled) {
        return Arrays.stream(DType.values())
                .filter(dtype -> dtype.name().equals(spelled))
                .findFirst()
                .orElse(null);
    }

    private static CluscaException invalid(String message) {
        return new CluscaException(ErrorCode.INVALID_MODEL, message);
    }

    private static Path realPath(SafetensorsFile file) {
        try {
            return file.path().toRealPath();
        } catch (IOException e) {
            throw IoErrors.reading(file.path(), e);
        }
    }
}
