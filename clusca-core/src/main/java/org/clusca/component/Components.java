package org.clusca.component;

import java.util.List;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;

/** What is asked of the parts of a diffusers directory before any is used. */
public final class Components {
    private Components() {}

    /** Whether {@code model_index.json} names the pipeline. */
    public static boolean isPipeline(ModelDirectory directory, String className) {
        try {
            return directory.has("model_index.json")
                    && directory.json("model_index.json").text("_class_name", "").equals(className);
        } catch (CluscaException e) {
            // not readable enough to be recognised
            return false;
        }
    }

    /**
     * @param family for the error
     * @throws CluscaException NOT_FOUND, naming the component that is missing
     */
    public static void requireAll(
            ModelDirectory directory, String family, List<String> components) {
        for (String component : components) {
            if (!directory.has(component)) {
                throw new CluscaException(
                        ErrorCode.NOT_FOUND,
                        directory.path()
                                + ": the component '"
                                + component
                                + "' is missing; a "
                                + family
                                + " directory has the folders "
                                + String.join(", ", components)
                                + ". Download it again.");
            }
        }
    }

    /**
     * @param expected what the transformer takes
     * @throws CluscaException INCOMPATIBLE when a component gives something else
     */
    public static void requireEqual(
            ModelDirectory directory, String component, String key, int found, int expected) {
        if (found != expected) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    directory.path().resolve(component).resolve("config.json")
                            + ": '"
                            + key
                            + "' is "
                            + found
                            + ", but the transformer takes "
                            + expected
                            + "; the components must be of one pipeline.");
        }
    }

    /**
     * @param read keys that the component looks at
     * @throws CluscaException INVALID_MODEL for any other key that has a value
     */
    public static void requireKnown(Config config, Set<String> read) {
        for (String key : config.keys()) {
            if (!key.startsWith("_") && !read.contains(key) && config.has(key)) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        config.origin()
                                + ": the key '"
                                + key
                                + "' may change the computation and is not known; expected the"
                                + " keys of "
                                + config.text("_class_name", "the original")
                                + ".");
            }
        }
    }

    /**
     * @throws CluscaException INVALID_MODEL for a number below 1
     */
    public static int positive(Config config, String key, int missing) {
        int value = config.whole(key, missing);
        if (value < 1) {
            throw config.wrong(key, "at least 1");
        }
        return value;
    }
}
