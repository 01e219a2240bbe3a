package org.clusca.engine;

import java.util.Arrays;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.NoiseSource;

/** The latent that the loop begins with: given, or drawn from the seed. */
final class StartLatent {
    private StartLatent() {}

    /** Of one latent, without the leading images: as asked for, else as the given ones are. */
    static int[] shape(Recipe recipe, Model model) {
        Tensor given = recipe.initialLatents();
        int[] usual = model.latentShape(recipe.size());
        if (given == null
                || !recipe.size().equals(Size.DEFAULT)
                || given.rank() != usual.length + 1
                || given.dimension(1) != usual[0]) {
            return usual;
        }
        return Arrays.copyOfRange(given.shape(), 1, given.rank());
    }

    static Tensor of(Recipe recipe, TransformerSpec spec, NoiseSource noise, double scale) {
        int[] latent = spec.latentShape();
        int[] shape = new int[latent.length + 1];
        shape[0] = recipe.images();
        System.arraycopy(latent, 0, shape, 1, latent.length);
        Tensor given = recipe.initialLatents();
        if (given == null) {
            Tensor drawn = noise.noise(SeededNoise.START, shape);
            for (int i = 0; scale != 1 && i < drawn.size(); i++) {
                drawn.data().put(i, (float) (drawn.data().get(i) * scale));
            }
            return drawn;
        }
        if (!Arrays.equals(given.shape(), shape)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The initial latents must be "
                            + Arrays.toString(shape)
                            + ", found "
                            + Arrays.toString(given.shape())
                            + ".");
        }
        if (!given.isFinite()) {
            throw new CluscaException(
                    ErrorCode.NOT_FINITE,
                    "The initial latents hold NaN or infinity; give finite numbers.");
        }
        return given;
    }
}
