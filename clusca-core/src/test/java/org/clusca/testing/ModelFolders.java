package org.clusca.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.clusca.io.Json;

/** Copies of small models, to be changed by a test. */
public final class ModelFolders {
    private ModelFolders() {}

    /** What the texts of a part of the golden set were. */
    public static List<String> prompts(String part) {
        Object prompts = Json.read(Golden.folder(part).resolve("prompts.json")).get("prompts");
        return ((List<?>) prompts).stream().map(String.class::cast).toList();
    }

    public static Path copy(Path source, Path target) {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path path : all.toList()) {
                Path copy = target.resolve(source.relativize(path).toString());
                if (!Files.exists(copy)) {
                    Files.copy(path, copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    public static void json(Path folder, String file, Consumer<Map<String, Object>> change) {
        Map<String, Object> values = new LinkedHashMap<>(Json.read(folder.resolve(file)));
        change.accept(values);
        Json.write(folder.resolve(file), values);
    }

    public static void delete(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
