package org.clusca.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.model.Model;
import org.clusca.engine.Origin;
import org.clusca.engine.Provenance;

/** What made pictures as a JSON object, the policy aside, of which a comparison has several. */
public final class ProvenanceJson {
    private ProvenanceJson() {}

    public static Map<String, Object> of(Provenance made, Model model) {
        Origin origin = made.origin();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", origin.model());
        json.put("fingerprint", origin.fingerprint());
        json.put("weights", origin.weights().word());
        json.put("computeType", origin.computeType().toString().toLowerCase(Locale.ROOT));
        json.put(
                "versions",
                Map.of(
                        "clusca", origin.versions().clusca(),
                        "onnxruntime", origin.versions().onnxRuntime(),
                        "java", origin.versions().java()));
        json.put("scheduler", made.scheduler());
        json.put("schedulerSettings", made.schedulerSettings());
        json.put("stepCount", made.steps());
        json.put(Kind.words(model), made.labels());
        json.put("conditions", made.conditions());
        json.put("count", made.count());
        json.put("images", made.images());
        json.put(
                "size",
                Map.of(
                        "width", made.size().width(),
                        "height", made.size().height(),
                        "frames", made.size().frames()));
        json.put("sequenceLength", made.sequenceLength());
        json.put("guidance", made.guidance());
        json.put("negativePrompt", made.negativePrompt());
        json.put("seed", made.seed());
        return json;
    }
}
