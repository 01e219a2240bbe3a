package org.clusca.io;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/** The tensors of one or several files. */
public final class FileWeights implements Weights {
    private final String origin;
    private final Map<String, TensorFile> files;

    private FileWeights(String origin, Map<String, TensorFile> files) {
        this.origin = origin;
        this.files = files;
    }

    /** All tensors of one file. */
    public static FileWeights of(SafetensorsFile file) {
        return of(file.path().toString(), List.of(file));
    }

    static FileWeights of(TensorFile file) {
        return of(file.path().toString(), List.of(file));
    }

    /**
     * All tensors of some files.
     *
     * @param origin for errors
     * @throws CluscaException CORRUPT_FILE when two files hold a tensor of the same name
     */
    static FileWeights of(String origin, List<? extends TensorFile> files) {
        Map<String, TensorFile> byTensor = new LinkedHashMap<>();
        for (TensorFile file : files) {
            for (String name : file.names()) {
                TensorFile other = byTensor.put(name, file);
                if (other != null) {
                    throw IoErrors.corrupt(
                            file.path(), "tensor " + name + " is in " + other.path() + " too.");
                }
            }
        }
        return new FileWeights(origin, byTensor);
    }

    /**
     * The tensors that an index lists.
     *
     * @param index for errors
     * @param shards by tensor name
     * @throws CluscaException CORRUPT_FILE when a shard lacks a tensor that is listed for it
     */
    static FileWeights indexed(Path index, Map<String, TensorFile> shards) {
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
        return new FileWeights(index.toString(), shards);
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public Set<Path> files() {
        return files.values().stream()
                .map(TensorFile::path)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public long elements() {
        return files.entrySet().stream()
                .mapToLong(file -> file.getValue().elements(file.getKey()))
                .sum();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(files.keySet());
    }

    @Override
    public Weight get(String name) {
        TensorFile file = files.get(name);
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
        return file.weight(name);
    }

    private static CluscaException invalid(String message) {
        return new CluscaException(ErrorCode.INVALID_MODEL, message);
    }
}
