package org.clusca.engine;

import static java.util.Objects.requireNonNull;

/**
 * How the linear layers of a model's components hold their weights.
 *
 * @param encoders of texts
 */
public record WeightFormats(WeightFormat transformer, WeightFormat encoders) {
    public static final WeightFormats FLOAT32 = all(WeightFormat.FLOAT32);

    public WeightFormats {
        requireNonNull(transformer, "transformer is null");
        requireNonNull(encoders, "encoders is null");
    }

    /** The same of all. */
    public static WeightFormats all(WeightFormat format) {
        return new WeightFormats(format, format);
    }

    /** As options and reports have it: {@code int8}, {@code transformer=int8,encoders=int4}. */
    public String word() {
        return transformer == encoders
                ? transformer.word()
                : "transformer=" + transformer.word() + ",encoders=" + encoders.word();
    }
}
