package org.clusca.onnx;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that ONNX Runtime unpacks from its jar, 28 MB in the temporary folder. It has them
 * deleted when the JVM ends, but never their folder, and nothing when the JVM is killed.
 */
final class UnpackedLibraries {
    private UnpackedLibraries() {}

    /**
     * Deletes them once they are loaded, where the system allows that. A provider such as CUDA is
     * loaded later; where there is one, all stays as it is.
     */
    static void delete() {
        try {
            Field field =
                    Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("tempDirectory");
            field.setAccessible(true);
            if (field.get(null) instanceof Path folder && Files.isDirectory(folder)) {
                delete(folder);
            }
        } catch (ReflectiveOperationException | IOException | RuntimeException e) {
            // another version of ONNX Runtime, or a system that keeps loaded files: not worse than
            // without
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        if (files.stream().noneMatch(file -> file.toString().contains("providers"))) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
    }
}
