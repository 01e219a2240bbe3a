package org.clusca.policy;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.Quoted;

/** Tags of policies that are made from named parameters. */
final class PolicyTag {
    private PolicyTag() {}

    /**
     * @param always so many of the leading parameters are in the tag; of the others those that are
     *     not as they are by default
     */
    static String of(String name, List<Parameter> parameters, Options options, int always) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            String value = options.text(parameter.name());
            if (i < always || !value.equals(parameter.defaultValue())) {
                parts.add(parameter.name() + "=" + Quoted.write(value));
            }
        }
        return name + ":" + String.join(",", parts);
    }
}
