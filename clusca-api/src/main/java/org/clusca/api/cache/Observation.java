package org.clusca.api.cache;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.model.Stream;

/**
 * What the network showed at a step; valid during the call, only to be read.
 *
 * @param states hidden states of the streams where their last MLP has run, {@code [batch, tokens,
 *     channels]}; empty when the policy did not require them
 * @param signals by signal, then by the index of a branch that was computed and shows it: {@code
 *     [batch, tokens]}
 * @param places what this step has computed of places that are forecast at others, of the image
 *     stream, or of the joint sequence where a place ends in it: {@code [batch, tokens, channels]};
 *     empty of those that the policy did not require
 */
public record Observation(
        int index,
        Map<Stream, Tensor> states,
        Map<Signal, Map<Integer, Tensor>> signals,
        Map<Place, Tensor> places) {
    /** Without places. */
    public Observation(
            int index, Map<Stream, Tensor> states, Map<Signal, Map<Integer, Tensor>> signals) {
        this(index, states, signals, Map.of());
    }

    /** Of the image stream, without signals. */
    public Observation(int index, Tensor hidden) {
        this(index, Map.of(Stream.IMAGE, hidden), Map.of());
    }

    /** The hidden state of the image stream; empty when the policy did not require it. */
    public Tensor hidden() {
        return hidden(Stream.IMAGE);
    }

    /** The hidden state of a stream; empty when it was not required, or the model has none. */
    public Tensor hidden(Stream stream) {
        Tensor state = states.get(stream);
        return state == null ? Tensor.zeros(0, 0, 0) : state;
    }
}
