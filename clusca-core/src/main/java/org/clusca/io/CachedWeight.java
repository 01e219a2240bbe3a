package org.clusca.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weight.DType;
import org.clusca.io.OutputFile.Content;

/**
 * A tensor in another form, in a file of its own in the {@link CacheFolder}: made when first asked
 * for, and found again by where the original lies, its size and its time.
 */
final class CachedWeight {
    private CachedWeight() {}

    /**
     * @param original where the tensor lies
     * @param form what tells this copy from others of the same bytes
     * @param dtype of the copy, which has the shape of the original
     * @param content writes the elements of the copy and nothing else
     */
    static Weight of(Weight original, String form, DType dtype, Content content) {
        Path folder = CacheFolder.usual();
        Path file = folder.resolve(key(original, form) + CacheFolder.COPY);
        if (!isComplete(file, original.elements() * dtype.bytes())) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw IoErrors.writing(file, e);
            }
            OutputFile.write(file, content);
            new CacheFolder(folder).trim(CacheFolder.MOST);
        } else {
            CacheFolder.touch(file);
        }
        return new Weight(original.name(), dtype, original.shape(), TensorFile.realPath(file), 0);
    }

    private static boolean isComplete(Path file, long size) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == size;
        } catch (IOException e) {
            return false;
        }
    }

    private static String key(Weight weight, String form) {
        try {
            String text =
                    String.join(
                            "\n",
                            weight.file().toString(),
                            Long.toString(Files.size(weight.file())),
                            Files.getLastModifiedTime(weight.file()).toString(),
                            Long.toString(weight.offset()),
                            form,
                            weight.dtype().toString(),
                            Arrays.toString(weight.shape()));
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (IOException e) {
            throw IoErrors.reading(weight.file(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
