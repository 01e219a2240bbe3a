package org.clusca.api.model;

import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;

/**
 * What the network is conditioned on, for one image.
 *
 * @param label what was asked for, as a report prints it
 * @param rows inputs of {@link Transformer#modulation}, one row each: name to {@code [1, ...]}
 * @param context inputs of {@link Transformer#forward} beside the latent, one row each: name to
 *     {@code [1, ...]}
 * @param warnings what a report should say, e.g. that a prompt was cut
 */
public record Condition(
        String label,
        Map<String, Tensor> rows,
        Map<String, Tensor> context,
        List<String> warnings) {
    /** Without a text stream. */
    public Condition(String label, Map<String, Tensor> rows) {
        this(label, rows, Map.of(), List.of());
    }
}
