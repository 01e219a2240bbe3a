package org.clusca.api.cache;

import java.util.Map;
import org.clusca.api.Tensor;

/**
 * What the network showed at a step; valid during the call, only to be read.
 *
 * @param hidden hidden state after the last block {@code [batch, tokens, channels]}; empty when the
 *     policy did not require it
 * @param signals by signal, then by the index of a branch that was computed and shows it: {@code
 *     [batch, tokens]}
 */
public record Observation(int index, Tensor hidden, Map<Signal, Map<Integer, Tensor>> signals) {
    /** Without signals. */
    public Observation(int index, Tensor hidden) {
        this(index, hidden, Map.of());
    }
}
