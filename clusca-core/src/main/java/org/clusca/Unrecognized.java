package org.clusca;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.io.LocalModelDirectory;

/** Says of a directory or file that no adapter reads what it is, and where the model may be. */
final class Unrecognized {
    private static final String INDEX = "model_index.json";

    /** Folders below the one that was given: the cache of the hub has three above a model. */
    private static final int DEPTH = 3;

    /** Somebody may give a folder of a million files. */
    private static final int LOOKED_AT = 20_000;

    private static final int SHOWN = 3;

    private static final String LORA =
            "a LoRA, which is an addition to a model; Clusca reads whole models. ";

    private final ModelDirectory directory;
    private final Path path;
    private final String adapters;

    private Unrecognized(ModelDirectory directory, List<ModelFactory> adapters) {
        this.directory = directory;
        this.path = directory.path();
        this.adapters =
                "Adapters: "
                        + String.join(
                                "; ",
                                adapters.stream()
                                        .map(a -> a.name() + " (" + a.description() + ")")
                                        .toList())
                        + ".";
    }

    /**
     * @throws CluscaException CORRUPT_FILE when what should say it cannot be read
     */
    static CluscaException error(ModelDirectory directory, List<ModelFactory> adapters) {
        return new CluscaException(
                ErrorCode.INVALID_MODEL, new Unrecognized(directory, adapters).message());
    }

    private String message() {
        if (Files.isRegularFile(path)) {
            return path + ": " + file();
        }
        if (directory.has(INDEX)) {
            return pipeline(directory.json(INDEX));
        }
        List<Path> inside = inside();
        if (!inside.isEmpty()) {
            return path
                    + ": "
                    + outer()
                    + "; the model is in "
                    + String.join(
                            " or ", inside.stream().limit(SHOWN).map(p -> "'" + p + "'").toList())
                    + (inside.size() > SHOWN ? ", ..." : "")
                    + ". Give that directory.";
        }
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent != null && Files.exists(parent.resolve(INDEX))) {
            return path
                    + ": one component of the pipeline in '"
                    + parent
                    + "'. Give that directory.";
        }
        return path + ": " + part() + adapters;
    }

    private static boolean isLora(ModelDirectory file) {
        return file.weights("").names().stream().anyMatch(name -> name.contains("lora_"));
    }

    private String pipeline(Config index) {
        if (!index.has("_class_name")) {
            return index.origin() + " names no pipeline: its _class_name is missing. " + adapters;
        }
        return index.origin()
                + " names the pipeline "
                + index.text("_class_name")
                + ", which no adapter reads. "
                + adapters;
    }

    private String file() {
        List<String> names = directory.weights("").names().stream().sorted().toList();
        if (isLora(directory)) {
            return LORA + adapters;
        }
        Path parent = path.toAbsolutePath().normalize().getParent();
        Path above = parent == null ? null : parent.getParent();
        if (above != null && Files.exists(above.resolve(INDEX))) {
            return "one component of the pipeline in '" + above + "'. Give that directory.";
        }
        return "no adapter knows the names of its tensors, such as "
                + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                + "; of single files those in the original naming are read. "
                + adapters;
    }

    /** Of a directory without a pipeline in or around it. */
    private String part() {
        for (String file : List.of("config.json", "scheduler_config.json")) {
            Config config = directory.has(file) ? directory.json(file) : new Config(file, Map.of());
            for (String key : List.of("_class_name", "model_type")) {
                if (config.has(key)) {
                    return "one component ("
                            + config.values().get(key)
                            + ") without a pipeline around it; expected a directory with "
                            + INDEX
                            + ". ";
                }
            }
        }
        List<Path> files = list(path, 1);
        List<Path> weights = files.stream().filter(LocalModelDirectory::isWeights).toList();
        if (weights.size() == 1 && isLora(LocalModelDirectory.open(weights.get(0)))) {
            return LORA;
        }
        String expected =
                "not a model that can be read: expected a directory with "
                        + INDEX
                        + ", or one file of weights";
        if (!weights.isEmpty()) {
            return expected + ", such as " + name(weights) + " in it. ";
        }
        List<Path> foreign =
                LocalModelDirectory.FOREIGN.stream()
                        .flatMap(format -> ending(files, format).stream())
                        .toList();
        return expected
                + (foreign.isEmpty()
                        ? ". "
                        : "; " + name(foreign) + " is of a format that Clusca does not read. ");
    }

    private static List<Path> ending(List<Path> files, String ending) {
        return files.stream().filter(file -> file.toString().endsWith(ending)).toList();
    }

    private static Path name(List<Path> files) {
        return files.get(0).getFileName();
    }

    private String outer() {
        Path name = path.toAbsolutePath().normalize().getFileName();
        boolean cached = Files.isDirectory(path.resolve("snapshots"));
        return cached || name != null && name.toString().equals("snapshots")
                ? "the outer folder of a download in the cache of the Hugging Face hub"
                : "a folder around a model";
    }

    /** Folders below that hold a pipeline. */
    private List<Path> inside() {
        List<Path> inside = new ArrayList<>();
        for (Path file : list(path, DEPTH + 1)) {
            if (file.getFileName().toString().equals(INDEX)) {
                inside.add(file.getParent());
            }
        }
        return inside;
    }

    private static List<Path> list(Path folder, int depth) {
        try (Stream<Path> files = Files.find(folder, depth, (file, a) -> !a.isDirectory())) {
            return files.limit(LOOKED_AT).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
