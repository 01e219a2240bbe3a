package org.clusca.server.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.report.Kind;

/** Models and policies as lists. */
public final class Listing {
    private Listing() {}

    public static Map<String, Object> of(List<Map<String, Object>> data) {
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", data);
        return list;
    }

    /** A model in OpenAI's form. */
    public static Map<String, Object> model(String name, long created) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", name);
        json.put("object", "model");
        json.put("created", created);
        json.put("owned_by", "clusca");
        return json;
    }

    /** The same with what can be asked of it. */
    public static Map<String, Object> model(String name, long created, Model model) {
        Map<String, Object> json = model(name, created);
        Size size = model.size(model.latentShape(Size.DEFAULT));
        json.put("family", model.family());
        json.put("makes", Kind.ofVideos(model) ? "videos" : "pictures");
        json.put("classes", model.conditioner().classes());
        json.put("steps", model.defaultSteps());
        json.put("guidance", model.conditioner().defaultGuidance());
        json.put("negative_prompt", model.conditioner().classifierFree());
        json.put("width", size.width());
        json.put("height", size.height());
        json.put("frames", size.frames());
        return json;
    }

    /** What {@code policy} may be. */
    public static Map<String, Object> policies(Clusca clusca) {
        return of(clusca.policies().all().stream().map(policy -> policy(clusca, policy)).toList());
    }

    private static Map<String, Object> policy(Clusca clusca, CachePolicyFactory policy) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", policy.name());
        json.put("object", "policy");
        json.put("description", policy.description());
        json.put("source", policy.source());
        json.put("preset", policy.preset());
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (Parameter parameter : policy.parameters()) {
            if (!(parameter.kind() instanceof Parameter.File)) {
                parameters.add(parameter(parameter));
            }
        }
        json.put("parameters", parameters);
        Map<String, Object> published = new LinkedHashMap<>();
        clusca.models()
                .names()
                .forEach(
                        family -> {
                            if (!policy.published(family).isEmpty()) {
                                published.put(family, policy.published(family));
                            }
                        });
        json.put("published", published);
        return json;
    }

    private static Map<String, Object> parameter(Parameter parameter) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", parameter.name());
        json.put("default", parameter.defaultValue());
        json.put("range", parameter.range());
        json.put("description", parameter.description());
        if (parameter.kind() instanceof Parameter.Whole whole) {
            json.put("kind", "whole");
            json.put("least", whole.least());
            json.put("most", whole.most());
        } else if (parameter.kind() instanceof Parameter.Real real) {
            json.put("kind", "real");
            json.put("least", real.least());
            json.put("most", real.most());
        } else if (parameter.kind() instanceof Parameter.Choice choice) {
            json.put("kind", "choice");
            json.put("words", choice.words());
        } else {
            json.put("kind", "text");
        }
        return json;
    }
}
