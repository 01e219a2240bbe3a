package org.clusca.api.model;

import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;

/**
 * The shape of a network.
 *
 * @param latentShape {@code [channels, height, width]} of one latent, of a video {@code [channels,
 *     frames, height, width]}
 * @param outputChannels channels of the network's output; twice the latent's when it predicts the
 *     variance too
 * @param guidedChannels leading output channels that guidance is applied to; the rest come from the
 *     conditional row
 * @param gridWidth tokens in a row of the image stream, for pictures of clusters
 * @param branches in the order in which they run
 * @param modulationWidth length of the modulation vector of one batch row
 * @param conditionRows inputs of {@link Transformer#modulation}: name to shape of one row without
 *     the leading 1
 * @param contextRows inputs of {@link Transformer#forward} that every batch row has its own of:
 *     name to shape of one row without the leading 1
 * @param positions inputs of {@link Transformer#forward} that are the same for all rows, e.g. the
 *     tables of rotary embeddings
 * @param fixed cost of one batch row outside the branches at every step: latent to tokens, tokens
 *     to output
 * @param blockModulations cost of the adaLN modulations of all blocks in one row of {@link
 *     Transformer#modulation}
 * @param conditioning cost of the rest of such a row: embedders, the last layer's modulation
 */
public record TransformerSpec(
        int[] latentShape,
        int outputChannels,
        int guidedChannels,
        int gridWidth,
        List<Branch> branches,
        int modulationWidth,
        Map<String, int[]> conditionRows,
        Map<String, int[]> contextRows,
        Map<String, Tensor> positions,
        Cost fixed,
        Cost blockModulations,
        Cost conditioning) {
    public TransformerSpec {
        branches = List.copyOf(branches);
        conditionRows = Map.copyOf(conditionRows);
        contextRows = Map.copyOf(contextRows);
        positions = Map.copyOf(positions);
    }

    /** Of a network whose trunk takes nothing but the latent and the modulation. */
    public TransformerSpec(
            int[] latentShape,
            int outputChannels,
            int guidedChannels,
            int gridWidth,
            List<Branch> branches,
            int modulationWidth,
            Map<String, int[]> conditionRows,
            Cost fixed,
            Cost blockModulations,
            Cost conditioning) {
        this(
                latentShape,
                outputChannels,
                guidedChannels,
                gridWidth,
                branches,
                modulationWidth,
                conditionRows,
                Map.of(),
                Map.of(),
                fixed,
                blockModulations,
                conditioning);
    }

    /** Tokens of a stream; 0 without such a stream. */
    public int tokens(Stream stream) {
        return branches.stream()
                .filter(branch -> branch.id().stream() == stream)
                .mapToInt(Branch::tokens)
                .max()
                .orElse(0);
    }

    /** Of a video; 1 for a picture. */
    public int latentFrames() {
        return latentShape.length == 4 ? latentShape[1] : 1;
    }

    public int latentChannels() {
        return latentShape[0];
    }
}
