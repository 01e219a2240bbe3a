package org.clusca.api.model;

import java.util.Map;
import org.clusca.api.Tensor;

/**
 * What the network is conditioned on, for one image.
 *
 * @param label what was asked for, as a report prints it
 * @param rows inputs of {@link Transformer#modulation}, one row each: name to {@code [1, ...]}
 */
public record Condition(String label, Map<String, Tensor> rows) {}
