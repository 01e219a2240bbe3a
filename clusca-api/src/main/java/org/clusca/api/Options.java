package org.clusca.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked parameters of a plug-in: every declared one has a value within its range, and there
 * are no others.
 */
public final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Completes what was given with the defaults.
     *
     * @param owner for errors, e.g. {@code policy clusca}
     * @throws CluscaException INVALID_PARAMETER for an undeclared name or a value out of range
     */
    public static Options resolve(
            String owner, List<Parameter> declared, Map<String, String> given) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Parameter parameter : declared) {
            String value = given.getOrDefault(parameter.name(), parameter.defaultValue());
            if (!parameter.allows(value)) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "Parameter "
                                + parameter.name()
                                + " of "
                                + owner
                                + " must be "
                                + parameter.range()
                                + ", found '"
                                + value
                                + "'.");
            }
            values.put(parameter.name(), value);
        }
        List<String> names = declared.stream().map(Parameter::name).toList();
        for (String name : given.keySet()) {
            if (!values.containsKey(name)) {
                List<String> near = Names.near(name, names);
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "No parameter '"
                                + name
                                + "' in "
                                + owner
                                + "."
                                + (near.isEmpty()
                                        ? ""
                                        : " Did you mean " + String.join(", ", near) + "?")
                                + (names.isEmpty()
                                        ? " It has none."
                                        : " It has: " + String.join(", ", names) + "."));
            }
        }
        return new Options(values);
    }

    /** All parameters, as written in a tag. */
    public Map<String, String> values() {
        return Map.copyOf(values);
    }

    public int whole(String name) {
        return Integer.parseInt(text(name));
    }

    public double real(String name) {
        return Double.parseDouble(text(name));
    }

    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The plug-in reads parameter '"
                            + name
                            + "' but declares only "
                            + values.keySet()
                            + ".");
        }
        return value;
    }
}
