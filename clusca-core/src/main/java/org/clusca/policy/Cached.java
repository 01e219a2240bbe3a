package org.clusca.policy;

import org.clusca.api.cache.Predictor;

/** What a branch does on a step that is not full. */
public sealed interface Cached {
    /** Compute it all the same. */
    record Compute() implements Cached {}

    /** Predict it. */
    record Predict(Predictor predictor) implements Cached {}

    /** Compute some tokens, merge them into the cache, predict from that. */
    record Refresh(Tokens tokens, Merging merging, Predictor predictor) implements Cached {}

    static Cached compute() {
        return new Compute();
    }

    static Cached predict(Predictor predictor) {
        return new Predict(predictor);
    }

    static Cached refresh(Tokens tokens, Merging merging, Predictor predictor) {
        return new Refresh(tokens, merging, predictor);
    }

    /** Plain reuse of what was computed last. */
    static Predictor reuse() {
        return new Taylor(0);
    }
}
