package org.clusca.engine;

import java.util.List;
import org.clusca.api.Tensor;

/**
 * The outcome of a request.
 *
 * @param pictures {@code [images, 3, height, width]} in [-1, 1], not clipped; images of one
 *     condition lie together. Of videos {@code [images * frames, 3, height, width]}, none when the
 *     request's sink has got them
 * @param latents final latents {@code [images, channels, height, width]}, of videos {@code [images,
 *     channels, frames, height, width]}
 * @param stepLatents after every step, if the request asked for them
 */
public record Generated(Tensor pictures, Tensor latents, List<Tensor> stepLatents, Report report) {
    public Generated {
        stepLatents = List.copyOf(stepLatents);
    }
}
