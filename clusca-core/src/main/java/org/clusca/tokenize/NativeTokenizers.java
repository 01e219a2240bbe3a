package org.clusca.tokenize;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.io.Folders;
import org.jspecify.annotations.Nullable;

/**
 * Loads DJL's native library, which comes in its jar, without a trace: no download, no telemetry,
 * and unpacked into a temporary folder that is gone once it is loaded. Whoever sets {@code
 * ENGINE_CACHE_DIR} or {@code DJL_CACHE_DIR} (environment or system property) has it unpacked there
 * once and for all.
 */
final class NativeTokenizers {
    private static final String FLAVOR = "RUST_FLAVOR";
    private static final String NO_TELEMETRY = "OPT_OUT_TRACKING";
    private static final String CACHE = "ENGINE_CACHE_DIR";

    /** How the name of the temporary folder starts. */
    static final String FOLDER = "clusca-tokenizers-" + ProcessHandle.current().pid() + "-";

    private static final @Nullable Throwable FAILURE = load();

    private NativeTokenizers() {}

    /**
     * @throws CluscaException RUNTIME when it cannot be loaded on this machine
     */
    static void require() {
        if (FAILURE instanceof CluscaException known) {
            throw new CluscaException(known.code(), known.getMessage(), known);
        }
        if (FAILURE != null) {
            Throwable cause = FAILURE.getCause() == null ? FAILURE : FAILURE.getCause();
            throw new CluscaException(
                    ErrorCode.RUNTIME,
                    "The tokenizers' native library could not be loaded on "
                            + System.getProperty("os.name")
                            + " "
                            + System.getProperty("os.arch")
                            + ": "
                            + Tokenizer.oneLine(cause)
                            + ".",
                    FAILURE);
        }
    }

    private static @Nullable Throwable load() {
        // asked for whenever a tokenizer is made, so it stays: a library has no business reporting
        // what its host runs
        if (!given(NO_TELEMETRY)) {
            System.setProperty(NO_TELEMETRY, "true");
        }
        boolean chosen = given(FLAVOR);
        if (!chosen) {
            System.setProperty(FLAVOR, "cpu");
        }
        Path folder = null;
        try {
            if (!given(CACHE) && !given("DJL_CACHE_DIR")) {
                Folders.requireTemporary("the tokenizers' library");
                folder = Files.createTempDirectory(FOLDER);
                System.setProperty(CACHE, folder.toString());
            }
            LibUtils.checkStatus();
            return null;
        } catch (IOException | RuntimeException | LinkageError | AssertionError e) {
            return e;
        } finally {
            if (!chosen) {
                System.clearProperty(FLAVOR);
            }
            if (folder != null) {
                System.clearProperty(CACHE);
                delete(folder);
            }
        }
    }

    private static boolean given(String name) {
        String value = System.getenv(name);
        String property = System.getProperty(name);
        return value != null && !value.isEmpty() || property != null && !property.isEmpty();
    }

    /** What the system does not let go of yet is left for the end of the process. */
    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            deepestFirst.stream()
                    .map(Path::toFile)
                    .filter(file -> !file.delete())
                    .sorted(Comparator.reverseOrder())
                    .forEach(File::deleteOnExit);
        } catch (IOException e) {
            folder.toFile().deleteOnExit();
        }
    }
}
