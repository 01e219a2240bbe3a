package org.clusca.examples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.Parameter;
import org.clusca.api.model.Model;
import org.clusca.engine.Report;

/** What the metadata of a picture say about how it was made. */
final class PngText {
    private PngText() {}

    static Map<String, String> of(Report report, Model model) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Software", "Clusca");
        text.put("model", report.model());
        // a prompt has commas of its own
        String between = Subject.ofClasses(model) ? ", " : "\n";
        text.put(Subject.word(model), String.join(between, report.conditions()));
        text.put("seed", Long.toString(report.seed()));
        text.put("steps", Integer.toString(report.steps().size()));
        text.put("guidance", Parameter.format(report.guidance()));
        text.put("scheduler", report.scheduler());
        text.put("policy", report.policy());
        return text;
    }
}
