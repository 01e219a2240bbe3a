package org.clusca.api.model;

import java.util.Map;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * The denoising network, written as two computations: what depends only on the timestep and the
 * condition (known before the loop, so it is run ahead of it), and the trunk. A transformer never
 * sees a cache policy.
 */
public interface Transformer {
    TransformerSpec spec();

    Weights weights();

    /**
     * Timestep embedding, condition embedding and every adaLN modulation of the network.
     *
     * @param timestep {@code [rows]}
     * @param condition by name, {@code [rows, ...]} as in {@link TransformerSpec#conditionRows()}
     * @return {@code [rows, modulationWidth]}
     */
    Value modulation(GraphBuilder graph, Value timestep, Map<String, Value> condition);

    /**
     * From the latent to the network's output, calling {@code branches} for every residual branch
     * in the order of the spec.
     *
     * @param latent {@code [batch, channels, height, width]}
     * @param modulation {@code [batch, modulationWidth]}
     * @return {@code [batch, outputChannels, height, width]}
     */
    Value forward(GraphBuilder graph, BranchLinker branches, Value latent, Value modulation);
}
