package org.clusca.cli;

import java.util.Arrays;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.engine.Request;

/**
 * How large a video is.
 *
 * @param frames of one video
 * @param width in pixels
 * @param height in pixels
 */
record VideoShape(int frames, int width, int height) {
    /** Of what a model of videos is asked for; latents that are given decide. */
    static VideoShape of(Request request, Model model) {
        Tensor given = request.initialLatents();
        return of(
                given == null
                        ? model.latentShape(request.size())
                        : Arrays.copyOfRange(given.shape(), 1, given.rank()),
                model);
    }

    private static VideoShape of(int[] latent, Model model) {
        Size size = model.size(latent);
        return new VideoShape(size.frames(), size.width(), size.height());
    }

    /** What a model makes when it is not told how large. */
    static String usual(Model model) {
        int[] latent = model.latentShape(Size.DEFAULT);
        if (latent.length == 4) {
            return "a video of " + of(latent, model);
        }
        return "a picture of " + model.size(latent);
    }

    @Override
    public String toString() {
        return (frames == 1 ? "a frame" : frames + " frames") + " of " + width + "x" + height;
    }
}
