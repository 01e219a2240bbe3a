package org.clusca.engine;

import org.clusca.api.model.Weights;
import org.clusca.io.CacheFolder;
import org.clusca.io.Int8Weights;

/** How the weights of linear layers are held; autoencoders are left as they are. */
public enum WeightFormat {
    /** Widened to float32, in which the CPU computes. */
    FLOAT32,
    /**
     * In 8 bits with a scale for every 32 numbers: a quarter of the memory, at an error of about
     * half a percent of a layer's output.
     */
    INT8;

    /** As options and reports have it: {@code fp32} or {@code int8}. */
    public String word() {
        return this == FLOAT32 ? "fp32" : "int8";
    }

    Weights of(Weights weights) {
        return this == FLOAT32 ? weights : new Int8Weights(weights, CacheFolder.usual());
    }

    /** Bytes of one number, scales included. */
    double bytes() {
        return this == FLOAT32 ? 4 : 1.125;
    }
}
