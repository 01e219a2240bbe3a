package org.clusca.model.dit;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        // as it is spelled first: names may differ in nothing but case
        List<Integer> found = named(text, name -> name);
        if (found.isEmpty()) {
            found = named(text, ClassConditioner::normal);
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.size() > 1) {
            throw unknown(
                    "Several classes are named '"
                            + text
                            + "'; give the number: "
                            + String.join(
                                    ", ",
                                    found.stream()
                                            .map(i -> i + " (" + labels.get(i) + ")")
                                            .toList())
                            + ".");
        }
        List<String> parts = labels.stream().flatMap(ClassConditioner::parts).toList();
        List<String> near = Names.near(text, parts);
        throw unknown(
                "No class named '"
                        + text
                        + "'. "
                        + (near.isEmpty()
                                ? known(parts)
                                : "Did you mean " + String.join(", ", near) + "?"));
    }

    /** Classes whose whole label is the text, or a part of whose label is. */
    private List<Integer> named(String text, UnaryOperator<String> form) {
        List<String> wanted = parts(text).map(form).toList();
        return IntStream.range(0, labels.size())
                .filter(
                        i -> {
                            List<String> own = parts(labels.get(i)).map(form).toList();
                            return own.equals(wanted)
                                    || wanted.size() == 1 && own.contains(wanted.get(0));
                        })
                .boxed()
                .toList();
    }

    private static Stream<String> parts(String label) {
        return Arrays.stream(label.split(",")).map(String::strip);
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
