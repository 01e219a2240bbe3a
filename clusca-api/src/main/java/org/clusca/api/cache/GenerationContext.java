package org.clusca.api.cache;

import java.util.List;
import org.clusca.api.model.Branch;

/**
 * What a policy learns of a generation when it starts.
 *
 * @param branches in the order in which they run; plans list their actions in this order
 * @param batch rows of the network's batch; with guidance the two rows of an image lie together,
 *     the conditional one first
 * @param rowsPerImage 2 with guidance, else 1
 * @param gridWidth tokens in a row of the image stream
 * @param frames latent frames of a video, 1 for a picture; the tokens of a frame lie together
 * @param seed decides every random choice of the policy
 */
public record GenerationContext(
        List<Branch> branches,
        int batch,
        int rowsPerImage,
        int gridWidth,
        int frames,
        int steps,
        long seed) {
    /** With one row per image, which is as high as it is wide. */
    public GenerationContext(List<Branch> branches, int batch, int steps, long seed) {
        this(
                branches,
                batch,
                1,
                (int) Math.round(Math.sqrt(branches.get(0).tokens())),
                1,
                steps,
                seed);
    }

    public GenerationContext {
        branches = List.copyOf(branches);
    }
}
