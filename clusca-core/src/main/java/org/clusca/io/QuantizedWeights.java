package org.clusca.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.api.model.QuantizedWeight.Format;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/**
 * Weights whose matrices are kept rounded as well. They are made once, when first asked for, in a
 * folder of their own, and found again by where the original lies, its size and its time.
 */
public final class QuantizedWeights implements Weights {
    private final Weights original;
    private final Format format;
    private final Path folder;

    /**
     * @param folder where the rounded copies are kept
     */
    public QuantizedWeights(Weights original, Format format, Path folder) {
        this.original = original;
        this.format = format;
        this.folder = folder;
    }

    @Override
    public String origin() {
        return original.origin();
    }

    @Override
    public Set<String> names() {
        return original.names();
    }

    @Override
    public Set<Path> files() {
        return original.files();
    }

    @Override
    public long elements() {
        return original.elements();
    }

    @Override
    public Weight get(String name) {
        return original.get(name);
    }

    /** Matrices whose rows divide into blocks; empty for the others, which stay as they are. */
    @Override
    public Optional<QuantizedWeight> quantized(String name) {
        Weight weight = original.get(name);
        return quantizes(format, weight.shape()) ? Optional.of(made(weight)) : Optional.empty();
    }

    /** Whether there is such a form of a tensor. */
    public static boolean quantizes(Format format, long[] shape) {
        return shape.length == 2 && (!format.blocks() || shape[1] % QuantizedWeight.BLOCK == 0);
    }

    private QuantizedWeight made(Weight weight) {
        Path file = folder.resolve(key(weight) + ending(format));
        QuantizedWeight quantized =
                new QuantizedWeight(format, file, weight.shape()[0], weight.shape()[1]);
        if (isComplete(file, quantized.size())) {
            CacheFolder.touch(file);
            return quantized;
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
        OutputFile.write(file, channel -> Quantizer.of(format).write(weight, channel));
        new CacheFolder(folder).trim(CacheFolder.MOST);
        return quantized;
    }

    /** Of the names of files in a format. */
    static String ending(Format format) {
        return "." + format.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean isComplete(Path file, long size) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == size;
        } catch (IOException e) {
            return false;
        }
    }

    private static String key(Weight weight) {
        try {
            Path file = weight.file().toRealPath();
            String text =
                    String.join(
                            "\n",
                            file.toString(),
                            Long.toString(Files.size(file)),
                            Files.getLastModifiedTime(file).toString(),
                            Long.toString(weight.offset()),
                            weight.dtype().toString(),
                            Arrays.toString(weight.shape()));
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, weight.file() + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
