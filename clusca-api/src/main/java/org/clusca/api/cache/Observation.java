package org.clusca.api.cache;

import org.clusca.api.Tensor;

/**
 * What the network showed at a step.
 *
 * @param hidden hidden state after the last block {@code [batch, tokens, channels]}; valid during
 *     the call, only to be read
 */
public record Observation(int index, Tensor hidden) {}
