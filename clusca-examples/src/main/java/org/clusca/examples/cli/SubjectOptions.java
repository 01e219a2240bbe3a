package org.clusca.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.engine.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to draw, and how often. */
final class SubjectOptions {
    private static final int NAMED = 3;

    @Option(
            names = "--class",
            paramLabel = "NAME",
            arity = "1..*",
            required = true,
            description =
                    "One or more classes, by name or number; '--class cat --class dog' and '--class cat dog' are the same.")
    private List<String> classes = List.of();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "Pictures of each class. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--initial-latents",
            paramLabel = "FILE",
            description =
                    "Start from the float32 tensor 'latents' [pictures, channels, height, width] of a safetensors file instead of from noise drawn by the seed.")
    private @Nullable Path initialLatents;

    /** Fills in a request. */
    void apply(Request.Builder request, Model model) {
        request.conditions(classes).count(count);
        if (initialLatents != null) {
            int[] shape = model.transformer().spec().latentShape();
            request.initialLatents(
                    LatentsFile.read(initialLatents, classes.size() * Math.max(1, count), shape));
        }
    }

    /** The classes as the model calls them. */
    List<String> labels(Model model) {
        return classes.stream().map(text -> model.conditioner().label(Prompt.of(text))).toList();
    }

    int count() {
        return count;
    }

    /** A name for a file: {@code sunflower}, {@code red-apple-banana}, {@code class-7}. */
    String stem(Model model) {
        List<String> labels = labels(model);
        StringBuilder stem = new StringBuilder();
        for (String label : labels.subList(0, Math.min(NAMED, labels.size()))) {
            String plain =
                    label.split(",")[0]
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N}]+", "-");
            stem.append(stem.isEmpty() ? "" : "-").append(plain);
        }
        if (labels.size() > NAMED) {
            stem.append("-and-").append(labels.size() - NAMED).append("-more");
        }
        return stem.toString().matches("[\\d-]+") ? "class-" + stem : stem.toString();
    }
}
