package org.clusca.api.model;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;

/** The shape of a network at one size. Immutable; made by {@link #builder()}. */
public final class TransformerSpec {
    private final int[] latentShape;
    private final int outputChannels;
    private final int guidedChannels;
    private final int gridWidth;
    private final List<Branch> branches;
    private final int modulationWidth;
    private final Map<String, int[]> conditionRows;
    private final Map<String, int[]> contextRows;
    private final Map<String, int[]> preparedRows;
    private final Map<String, Tensor> positions;
    private final Cost fixed;
    private final Cost blockModulations;
    private final Cost conditioning;
    private final Cost preparing;

    private TransformerSpec(Builder builder) {
        latentShape = builder.latentShape.clone();
        require(
                (latentShape.length == 3 || latentShape.length == 4)
                        && Arrays.stream(latentShape).allMatch(dimension -> dimension > 0),
                "The latent shape must be [channels, height, width] or [channels, frames, height,"
                        + " width], found "
                        + Arrays.toString(latentShape)
                        + ".");
        outputChannels = builder.outputChannels.orElse(latentShape[0]);
        guidedChannels = builder.guidedChannels.orElse(latentShape[0]);
        gridWidth = builder.gridWidth;
        branches = List.copyOf(builder.branches);
        modulationWidth = builder.modulationWidth;
        conditionRows = Map.copyOf(builder.conditionRows);
        contextRows = Map.copyOf(builder.contextRows);
        preparedRows = Map.copyOf(builder.preparedRows);
        positions = Map.copyOf(builder.positions);
        fixed = builder.fixed;
        blockModulations = builder.blockModulations;
        conditioning = builder.conditioning;
        preparing = builder.preparing;
        require(
                outputChannels >= 1 && guidedChannels >= 0 && guidedChannels <= outputChannels,
                "The network's output needs channels, and guidance leading ones of them, found "
                        + outputChannels
                        + " and "
                        + guidedChannels
                        + ".");
        require(
                gridWidth >= 1,
                "A row of the image stream needs at least one token, found " + gridWidth + ".");
        require(!branches.isEmpty(), "A network needs at least one branch.");
        require(
                modulationWidth >= 1,
                "The modulation vector needs at least one number, found " + modulationWidth + ".");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new CluscaException(ErrorCode.INVALID_MODEL, message);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The same with what is changed. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** {@code [channels, height, width]} of one latent, of a video with frames after channels. */
    public int[] latentShape() {
        return latentShape.clone();
    }

    /** Channels of the network's output; twice the latent's when it predicts the variance too. */
    public int outputChannels() {
        return outputChannels;
    }

    /** Leading output channels that guidance applies to; the rest are the conditional row's. */
    public int guidedChannels() {
        return guidedChannels;
    }

    /** Tokens in a row of the image stream, for pictures of clusters. */
    public int gridWidth() {
        return gridWidth;
    }

    /** In the order in which they run. */
    public List<Branch> branches() {
        return branches;
    }

    /** Length of the modulation vector of one batch row. */
    public int modulationWidth() {
        return modulationWidth;
    }

    /** Inputs of {@link Transformer#modulation}: name to shape of one row without the leading 1. */
    public Map<String, int[]> conditionRows() {
        return conditionRows;
    }

    /**
     * What a condition holds for the trunk, its {@link Condition#context}: name to shape of one row
     * without the leading 1.
     */
    public Map<String, int[]> contextRows() {
        return contextRows;
    }

    /**
     * What {@link Transformer#prepared} makes of it, in the same form; empty for a network that
     * prepares nothing.
     */
    public Map<String, int[]> preparedRows() {
        return preparedRows;
    }

    /** Inputs of {@link Transformer#forward} that every batch row has its own of. */
    public Map<String, int[]> trunkRows() {
        return preparedRows.isEmpty() ? contextRows : preparedRows;
    }

    /**
     * Inputs of {@link Transformer#forward} that are the same for all rows, e.g. the tables of
     * rotary embeddings.
     */
    public Map<String, Tensor> positions() {
        return positions;
    }

    /** Cost of one batch row outside the branches, every step: latent to tokens and back. */
    public Cost fixed() {
        return fixed;
    }

    /** Cost of all blocks' adaLN modulations in one row of {@link Transformer#modulation}. */
    public Cost blockModulations() {
        return blockModulations;
    }

    /** Cost of the rest of such a row: embedders, the last layer's modulation. */
    public Cost conditioning() {
        return conditioning;
    }

    /** Cost of {@link Transformer#prepared} for one condition. */
    public Cost preparing() {
        return preparing;
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

    /**
     * Collects a shape. {@link #latentShape}, {@link #gridWidth}, {@link #branches} and {@link
     * #modulationWidth} are required; output and guided channels are the latent's unless said, and
     * inputs and costs nothing.
     */
    public static final class Builder {
        private int[] latentShape = {};
        private OptionalInt outputChannels = OptionalInt.empty();
        private OptionalInt guidedChannels = OptionalInt.empty();
        private int gridWidth;
        private List<Branch> branches = List.of();
        private int modulationWidth;
        private Map<String, int[]> conditionRows = Map.of();
        private Map<String, int[]> contextRows = Map.of();
        private Map<String, int[]> preparedRows = Map.of();
        private Map<String, Tensor> positions = Map.of();
        private Cost fixed = Cost.NONE;
        private Cost blockModulations = Cost.NONE;
        private Cost conditioning = Cost.NONE;
        private Cost preparing = Cost.NONE;

        private Builder() {}

        private Builder(TransformerSpec spec) {
            latentShape = spec.latentShape;
            outputChannels = OptionalInt.of(spec.outputChannels);
            guidedChannels = OptionalInt.of(spec.guidedChannels);
            gridWidth = spec.gridWidth;
            branches = spec.branches;
            modulationWidth = spec.modulationWidth;
            conditionRows = spec.conditionRows;
            contextRows = spec.contextRows;
            preparedRows = spec.preparedRows;
            positions = spec.positions;
            fixed = spec.fixed;
            blockModulations = spec.blockModulations;
            conditioning = spec.conditioning;
            preparing = spec.preparing;
        }

        /** See {@link TransformerSpec#latentShape()}. */
        public Builder latentShape(int... value) {
            latentShape = requireNonNull(value, "latentShape is null");
            return this;
        }

        /** See {@link TransformerSpec#outputChannels()}. */
        public Builder outputChannels(int value) {
            outputChannels = OptionalInt.of(value);
            return this;
        }

        /** See {@link TransformerSpec#guidedChannels()}. */
        public Builder guidedChannels(int value) {
            guidedChannels = OptionalInt.of(value);
            return this;
        }

        /** See {@link TransformerSpec#gridWidth()}. */
        public Builder gridWidth(int value) {
            gridWidth = value;
            return this;
        }

        /** See {@link TransformerSpec#branches()}. */
        public Builder branches(List<Branch> value) {
            branches = requireNonNull(value, "branches is null");
            return this;
        }

        /** See {@link TransformerSpec#modulationWidth()}. */
        public Builder modulationWidth(int value) {
            modulationWidth = value;
            return this;
        }

        /** See {@link TransformerSpec#conditionRows()}. */
        public Builder conditionRows(Map<String, int[]> value) {
            conditionRows = requireNonNull(value, "conditionRows is null");
            return this;
        }

        /** See {@link TransformerSpec#contextRows()}. */
        public Builder contextRows(Map<String, int[]> value) {
            contextRows = requireNonNull(value, "contextRows is null");
            return this;
        }

        /** See {@link TransformerSpec#preparedRows()}. */
        public Builder preparedRows(Map<String, int[]> value) {
            preparedRows = requireNonNull(value, "preparedRows is null");
            return this;
        }

        /** See {@link TransformerSpec#positions()}. */
        public Builder positions(Map<String, Tensor> value) {
            positions = requireNonNull(value, "positions is null");
            return this;
        }

        /** See {@link TransformerSpec#fixed()}. */
        public Builder fixed(Cost value) {
            fixed = requireNonNull(value, "fixed is null");
            return this;
        }

        /** See {@link TransformerSpec#blockModulations()}. */
        public Builder blockModulations(Cost value) {
            blockModulations = requireNonNull(value, "blockModulations is null");
            return this;
        }

        /** See {@link TransformerSpec#conditioning()}. */
        public Builder conditioning(Cost value) {
            conditioning = requireNonNull(value, "conditioning is null");
            return this;
        }

        /** See {@link TransformerSpec#preparing()}. */
        public Builder preparing(Cost value) {
            preparing = requireNonNull(value, "preparing is null");
            return this;
        }

        /**
         * @throws CluscaException INVALID_MODEL when something is missing or out of range
         */
        public TransformerSpec build() {
            return new TransformerSpec(this);
        }
    }
}
