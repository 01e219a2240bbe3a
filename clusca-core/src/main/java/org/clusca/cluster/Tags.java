package org.clusca.cluster;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.api.Parameter;

/** Writes the tags of clusterers. */
final class Tags {
    private Tags() {}

    /**
     * The name alone when every value is the default, else {@code name(key=value,...)} with the
     * others in the order of their declaration.
     */
    static String tag(String name, List<Parameter> declared, Map<String, String> values) {
        String others =
                declared.stream()
                        .filter(p -> !p.defaultValue().equals(values.get(p.name())))
                        .map(p -> p.name() + "=" + values.get(p.name()))
                        .collect(Collectors.joining(","));
        return others.isEmpty() ? name : name + "(" + others + ")";
    }
}
