package org.clusca.server.openai;

import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.server.queue.Event;
import org.clusca.server.store.ImageFormat;

/** {@code clusca.step}: a step with what the pictures look like after it. */
public final class StepEvent {
    public static final String TYPE = "clusca.step";

    private StepEvent() {}

    public static Map<String, Object> of(Event.Step step) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", TYPE);
        event.put("step", step.step());
        event.put("steps", step.steps());
        event.put("kind", step.kind());
        event.put("milliseconds", 1000 * step.seconds());
        event.put("previews", step.shown().stream().map(StepEvent::preview).toList());
        Event.Clusters clusters = step.clusters();
        if (clusters != null) {
            event.put(
                    "clusters",
                    Map.of(
                            "width", clusters.width(),
                            "count", clusters.count(),
                            "labels", clusters.labels(),
                            "computed", clusters.computed()));
        }
        return event;
    }

    private static Map<String, Object> preview(Event.Shown shown) {
        return Map.of(
                "index",
                shown.picture(),
                "b64_json",
                ImageAnswer.base64(ImageFormat.PNG.encode(shown.image(), Map.of())));
    }

    /** Whether a partial image is due after a step, of so many that are spread over all steps. */
    public static boolean partialDue(Event.Step step, int partialImages) {
        return step.step() + 1 < step.steps()
                && number(step, 1, partialImages) > number(step, 0, partialImages);
    }

    /** Partial images that were due before a step is done, or with it. */
    public static int number(Event.Step step, int done, int partialImages) {
        return (step.step() + done) * (partialImages + 1) / step.steps();
    }
}
