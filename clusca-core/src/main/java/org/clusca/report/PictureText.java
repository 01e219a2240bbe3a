package org.clusca.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Parameter;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Provenance;
import org.clusca.engine.Report;
import org.clusca.engine.Request;

/** What the metadata of a picture or video say about how it was made. */
public final class PictureText {
    private PictureText() {}

    public static Map<String, String> of(Report report, Model model) {
        Provenance made = report.provenance();
        return of(
                model,
                made.labels(),
                made.seed(),
                made.steps(),
                made.guidance(),
                made.negativePrompt(),
                made.scheduler(),
                made.compute().marked(made.policy()));
    }

    /** The same ahead of the generation, for videos, which are written while they are decoded. */
    public static Map<String, String> of(Request request, Pipeline pipeline) {
        Model model = pipeline.model();
        Scheduler scheduler = request.scheduler();
        return of(
                model,
                request.conditions().stream()
                        .map(text -> model.conditioner().label(Prompt.of(text)))
                        .toList(),
                request.seed(),
                request.steps(),
                request.guidance().orElse(model.conditioner().defaultGuidance()),
                request.negativePrompt(),
                (scheduler == null ? pipeline.defaultScheduler() : scheduler).name(),
                request.compute().marked(request.policy().tag()));
    }

    private static Map<String, String> of(
            Model model,
            List<String> labels,
            long seed,
            int steps,
            double guidance,
            String negativePrompt,
            String scheduler,
            String policy) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Software", "Clusca");
        text.put("model", model.name());
        // a prompt has commas of its own
        String between = Kind.ofClasses(model) ? ", " : "\n";
        text.put(Kind.word(model), String.join(between, labels));
        text.put("seed", Long.toString(seed));
        text.put("steps", Integer.toString(steps));
        text.put("guidance", Parameter.format(guidance));
        if (!negativePrompt.isEmpty()) {
            text.put("negative prompt", negativePrompt);
        }
        text.put("scheduler", scheduler);
        text.put("policy", policy);
        return text;
    }
}
