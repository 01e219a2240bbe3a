package org.clusca.component;

import java.util.List;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.Weights;

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
     * Of a switch that weights show: what a configuration leaves out or denies would be left unread
     * without a word.
     *
     * @param said what the configuration says of {@code key}, or what holds when it says nothing
     * @param tensor that is there exactly when {@code key} is true
     * @throws CluscaException INVALID_MODEL when weights and configuration contradict each other
     */
    public static void requireAgreement(
            Config config, String key, boolean said, Weights weights, String tensor) {
        if (weights.has(tensor) != said) {
            throw config.wrong(
                    key,
                    !said
                            + ", since the weights "
                            + (said ? "lack " : "hold ")
                            + tensor
                            + "; correct it, or download the component again");
        }
    }

    /**
     * @param count of the blocks, as {@code key} says
     * @param prefix of the names of a block's tensors, ahead of its number
     * @throws CluscaException INVALID_MODEL when there are weights of more blocks
     */
    public static void requireNoMore(
            Config config, String key, int count, Weights weights, String prefix) {
        String next = prefix + count + ".";
        if (weights.names().stream().anyMatch(name -> name.startsWith(next))) {
            throw config.wrong(
                    key, "the number of blocks in the weights, which hold " + next + "* too");
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
     * What an autoencoder's latents are divided by.
     *
     * @param missing where the configuration has no such key; diffusers stops at a null
     * @throws CluscaException INVALID_MODEL for null and 0
     */
    static double scalingFactor(Config config, double missing) {
        String key = "scaling_factor";
        double factor =
                config.keys().contains(key) && !config.has(key) ? 0 : config.real(key, missing);
        if (factor == 0) {
            throw config.wrong(key, "a number other than 0");
        }
        return factor;
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
