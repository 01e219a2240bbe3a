package org.clusca.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;

/** A slice as a model: random states stand for those of a text, and nothing is decoded. */
record SliceModel(String name, Slice slice, Transformer transformer) implements Model, Conditioner {
    /** Which tokens of a text are no padding; of a random one all are. */
    private static final String MASK = "mask";

    private static final int PATCH = 2;

    /** Frames of a latent frame, the first one excepted. */
    private static final int FRAMES = 4;

    @Override
    public String family() {
        return slice.family();
    }

    @Override
    public Conditioner conditioner() {
        return this;
    }

    @Override
    public Optional<LatentCodec> codec() {
        return Optional.empty();
    }

    @Override
    public Config scheduler() {
        return new Config(name, Map.of("_class_name", "FlowMatchEulerDiscreteScheduler"));
    }

    @Override
    public int[] latentShape(Size size) {
        int[] latent = slice.latent().clone();
        int last = latent.length - 1;
        latent[last] = cells("width", size.width(), latent[last]);
        latent[last - 1] = cells("height", size.height(), latent[last - 1]);
        if (latent.length == 4 && size.frames() > 0) {
            latent[1] = (size.frames() - 1) / FRAMES + 1;
        }
        return latent;
    }

    private int cells(String side, int pixels, int usual) {
        int step = PATCH * slice.scale();
        if (pixels % step != 0) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The " + side + " must be a multiple of " + step + ", found " + pixels + ".");
        }
        return pixels == 0 ? usual : pixels / slice.scale();
    }

    @Override
    public Condition condition(Prompt prompt, EncoderRunner encoders) {
        TransformerSpec spec = transformer.spec(slice.latent(), textTokens(prompt));
        return new Condition(
                label(prompt), random(spec.conditionRows()), random(spec.contextRows()), List.of());
    }

    private static Map<String, Tensor> random(Map<String, int[]> shapes) {
        Map<String, Tensor> tensors = new HashMap<>();
        shapes.forEach(
                (name, shape) -> {
                    int[] row = new int[shape.length + 1];
                    row[0] = 1;
                    System.arraycopy(shape, 0, row, 1, shape.length);
                    Tensor tensor = Tensor.zeros(row);
                    Random random = new Random(name.hashCode());
                    for (int i = 0; i < tensor.size(); i++) {
                        tensor.data().put(i, name.equals(MASK) ? 1 : (float) random.nextGaussian());
                    }
                    tensors.put(name, tensor);
                });
        return tensors;
    }

    @Override
    public String label(Prompt prompt) {
        return prompt.text();
    }

    @Override
    public int textTokens(Prompt prompt) {
        return prompt.maxSequenceLength().orElse(slice.textTokens());
    }
}
