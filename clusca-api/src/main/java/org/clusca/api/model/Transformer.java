package org.clusca.api.model;

import java.util.Arrays;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;

/**
 * The denoising network, written as two computations: what depends only on the timestep and the
 * condition (known before the loop, so it is run ahead of it), and the trunk. A transformer never
 * sees a cache policy.
 */
public interface Transformer {
    /** The network's shape at the size it was made for. */
    TransformerSpec spec();

    /**
     * The network's shape at another size; the graph is the same at every size.
     *
     * @param latentShape of one latent, without the leading images
     * @param textTokens tokens of the text stream; 0 without one
     * @throws CluscaException INVALID_PARAMETER when the network does not take this size
     */
    default TransformerSpec spec(int[] latentShape, int textTokens) {
        TransformerSpec own = spec();
        if (!Arrays.equals(own.latentShape(), latentShape)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A latent must be "
                            + Arrays.toString(own.latentShape())
                            + ", the one size of this model; found "
                            + Arrays.toString(latentShape)
                            + ".");
        }
        return own;
    }

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
     * What the trunk reads of a condition and is the same at every step, e.g. the keys and values
     * of a text: run once per generation, ahead of the loop. Weights that are used here alone are
     * no part of the loaded trunk.
     *
     * @param context by name, {@code [rows, ...]} as in {@link TransformerSpec#contextRows()}
     * @return by name, {@code [rows, ...]} as in {@link TransformerSpec#preparedRows()}
     */
    default Map<String, Value> prepared(GraphBuilder graph, Map<String, Value> context) {
        return context;
    }

    /**
     * From the latent to the network's output, calling {@code branches} for every residual branch
     * in the order of the spec.
     *
     * @param latent {@code [batch, channels, height, width]}, of a video {@code [batch, channels,
     *     frames, height, width]}
     * @param modulation {@code [batch, modulationWidth]}
     * @param context by name, as in {@link TransformerSpec#trunkRows()}, {@code [batch, ...]}, and
     *     {@link TransformerSpec#positions()}, the same for all rows
     * @return as the latent, with {@code outputChannels}
     */
    Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value latent,
            Value modulation,
            Map<String, Value> context);
}
