package org.clusca.api.model;

import java.util.Map;
import org.clusca.api.Tensor;

/** Runs encoders for a {@link Conditioner}; the engine's, or a test's. */
@FunctionalInterface
public interface EncoderRunner {
    /** For conditioners that need no encoder. */
    EncoderRunner NONE =
            (encoder, inputs) -> {
                throw new IllegalStateException("Nobody runs the encoder " + encoder.name());
            };

    /**
     * @param inputs by name, as {@link Encoder#inputs()} lists them, {@code [rows, length]}
     * @return all outputs of the encoder, by name
     */
    Map<String, Tensor> run(Encoder encoder, Map<String, Tensor> inputs);
}
