package org.clusca.model.dit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;

/**
 * Classes by number, or by name; a label such as {@code red fox, fox} is known by the whole and by
 * each part.
 */
final class ClassConditioner implements Conditioner {
    private final List<String> labels;
    private final int classes;
    private final double defaultGuidance;

    /**
     * @param labels one per class, in order, or empty when the model has no names
     */
    ClassConditioner(int classes, List<String> labels, double defaultGuidance) {
        this.classes = classes;
        this.labels = List.copyOf(labels);
        this.defaultGuidance = defaultGuidance;
    }

    @Override
    public Condition condition(Prompt prompt, EncoderRunner encoders) {
        int number = number(prompt.text().strip());
        return row(labels.isEmpty() ? Integer.toString(number) : labels.get(number), number);
    }

    @Override
    public boolean classifierFree() {
        return true;
    }

    @Override
    public Condition unconditional(Prompt prompt, EncoderRunner encoders) {
        // the row after the last class stands for no class
        return prompt.negative().isBlank()
                ? row("", classes)
                : condition(Prompt.of(prompt.negative()), encoders);
    }

    private static Condition row(String label, int number) {
        return new Condition(
                label, Map.of(DitTransformer.LABEL, Tensor.of(new float[] {number}, 1)));
    }

    @Override
    public double defaultGuidance() {
        return defaultGuidance;
    }

    @Override
    public List<String> classes() {
        return labels.isEmpty() ? Collections.nCopies(classes, "").stream().toList() : labels;
    }

    private int number(String text) {
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number < classes) {
                return number;
            }
            throw unknown(
                    "There is no class "
                            + number
                            + "; classes are numbered 0 to "
                            + (classes - 1)
                            + ".");
        }
        String wanted = normal(text);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            if (normal(labels.get(i)).equals(wanted)) {
                return i;
            }
            parts.addAll(List.of(labels.get(i).split(",\\s*")));
        }
        for (int i = 0; i < labels.size(); i++) {
            for (String part : labels.get(i).split(",\\s*")) {
                if (normal(part).equals(wanted)) {
                    return i;
                }
            }
        }
        List<String> near = Names.near(text, parts);
        throw unknown(
                "No class named '"
                        + text
                        + "'. "
                        + (near.isEmpty()
                                ? known(parts)
                                : "Did you mean " + String.join(", ", near) + "?"));
    }

    private String known(List<String> names) {
        return names.isEmpty()
                ? "This model has no class names; classes are numbered 0 to " + (classes - 1) + "."
                : "The classes: " + preview(names) + ".";
    }

    private static String preview(List<String> names) {
        int shown = Math.min(names.size(), 60);
        return String.join(", ", names.subList(0, shown)) + (shown < names.size() ? ", ..." : "");
    }

    private static String normal(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
    }

    private static CluscaException unknown(String message) {
        return new CluscaException(ErrorCode.UNKNOWN_NAME, message);
    }
}
