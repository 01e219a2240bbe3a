package org.clusca.api.model;

import java.util.List;
import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * A network that is run once per prompt, ahead of the denoising loop: described, not loaded. The
 * engine loads it when a {@link Conditioner} asks for it, and may release it before the loop.
 */
public interface Encoder {
    /** Name of its folder within the model directory, e.g. {@code text_encoder_2}. */
    String name();

    Weights weights();

    /** Names of the inputs, each {@code [rows, length]}: token ids, masks. */
    List<String> inputs();

    /**
     * @param inputs by name, {@code [rows, length]} in float32 (whole numbers up to 2^24 are exact)
     * @return outputs by name
     */
    Map<String, Value> encode(GraphBuilder graph, Map<String, Value> inputs);
}
