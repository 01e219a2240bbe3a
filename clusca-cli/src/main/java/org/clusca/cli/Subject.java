package org.clusca.cli;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Model;
import org.clusca.report.Kind;

/** How classes and prompts are told apart and written down. */
final class Subject {
    private static final int NAMED = 3;
    private static final int LISTED = 20;
    private static final int TITLE = 60;
    private static final int STEM = 60;
    private static final int STEM_BYTES = 100;

    private Subject() {}

    static CluscaException wantsClass(Model model) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                model.name() + " draws classes, not prompts: use --class; inspect lists them.");
    }

    static CluscaException wantsPrompt(Model model) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                model.name()
                        + " draws from prompts, it has no classes: use --prompt or --prompts.");
    }

    /** On one line, shortened where it is long, for titles and summaries. */
    static String title(String label) {
        String line = label.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= TITLE) {
            return line.isEmpty() ? "(empty)" : line;
        }
        return line.substring(0, line.offsetByCodePoints(0, TITLE - 1)).strip() + "\u2026";
    }

    static String titles(List<String> labels) {
        return labels.stream().limit(LISTED).map(Subject::title).collect(Collectors.joining(", "))
                + (labels.size() > LISTED ? " and " + (labels.size() - LISTED) + " more" : "");
    }

    /** A name for a file: {@code sunflower}, {@code red-apple-banana}, {@code class-7}. */
    static String stem(Model model, List<String> labels) {
        String named =
                labels.stream()
                        .limit(NAMED)
                        .map(label -> Kind.ofClasses(model) ? label.split(",")[0] : label)
                        .map(Subject::plain)
                        .filter(plain -> !plain.isEmpty())
                        .collect(Collectors.joining("-"));
        String stem = cut(named);
        if (labels.size() > NAMED) {
            stem += "-and-" + (labels.size() - NAMED) + "-more";
        }
        stem = stem.replaceAll("^-+|-+$", "");
        return stem.isEmpty()
                ? Kind.word(model)
                : stem.matches("[\\d-]+") ? Kind.word(model) + "-" + stem : stem;
    }

    /** File systems count bytes; what is put behind a stem must fit as well. */
    private static String cut(String named) {
        StringBuilder stem = new StringBuilder();
        int bytes = 0;
        for (int letter : named.codePoints().limit(STEM).toArray()) {
            String next = Character.toString(letter);
            bytes += next.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > STEM_BYTES) {
                break;
            }
            stem.append(next);
        }
        return stem.toString();
    }

    /** Letters and digits, with hyphens between. */
    private static String plain(String label) {
        return Normalizer.normalize(label, Normalizer.Form.NFC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "-")
                .replaceAll("^-+|-+$", "");
    }
}
