package org.clusca.engine;

import java.util.Locale;
import org.clusca.api.model.QuantizedWeight.Format;
import org.clusca.api.model.Weights;
import org.clusca.io.CacheFolder;
import org.clusca.io.QuantizedWeights;
import org.jspecify.annotations.Nullable;

/** How the weights of linear layers are held; autoencoders are left as they are. */
public enum WeightFormat {
    /** Widened to float32, in which the CPU computes. */
    FLOAT32(null),
    /**
     * In 8 bits with a scale for every 32 numbers: a quarter of the memory, at an error of about
     * half a percent of a layer's output.
     */
    INT8(Format.INT8_BLOCKS),
    /**
     * In 4 bits with a scale for every 32 numbers: a seventh of the memory, at an error of some 9
     * percent of a layer's output.
     */
    INT4(Format.INT4_BLOCKS);

    private final @Nullable Format format;

    WeightFormat(@Nullable Format format) {
        this.format = format;
    }

    /** As options and reports have it: {@code fp32}, {@code int8}, {@code int4}. */
    public String word() {
        return this == FLOAT32 ? "fp32" : name().toLowerCase(Locale.ROOT);
    }

    Weights of(Weights weights) {
        return format == null ? weights : quantized(weights, format);
    }

    /** What is counted in place of {@link #of}. */
    Weights counted(WeightBytes bytes, Weights weights) {
        return bytes.of(weights, format);
    }

    static Weights quantized(Weights weights, Format format) {
        return new QuantizedWeights(weights, format, CacheFolder.usual());
    }
}
