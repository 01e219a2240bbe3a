package org.clusca.api;

/**
 * What would help against an error, for callers to act on or to put in their own words: a command
 * line names its options, a service what it offers.
 */
public enum Advice {
    FEWER_IMAGES("generate fewer images at once"),
    SMALLER_SIZE("choose a smaller size where the model has several"),
    WEIGHTS_IN_8_BITS("hold the weights in 8 bits"),
    WEIGHTS_IN_4_BITS("hold the weights in 4 bits"),
    CACHE_IN_16_BITS("hold the feature cache in 16 bits"),
    LOWER_ORDER("choose a policy of a lower order"),
    ONE_HIDDEN_STATE("choose a policy that keeps one hidden state"),
    LARGER_CACHE("allow the feature cache more"),
    FREE_MEMORY("free memory"),
    ANOTHER_POLICY("choose another policy"),
    ANOTHER_SCHEDULER("choose another scheduler");

    private final String words;

    Advice(String words) {
        this.words = words;
    }

    /** A part of a sentence, e.g. {@code free memory}. */
    public String words() {
        return words;
    }
}
