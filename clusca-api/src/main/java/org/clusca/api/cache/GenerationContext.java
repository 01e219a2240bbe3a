package org.clusca.api.cache;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
 * @param seed decides every random choice of the policy that no picture has of its own
 * @param imageSeeds the seed of each image's own: what is chosen for an image follows it alone, so
 *     that the image comes out the same whatever is generated beside it
 */
public record GenerationContext(
        List<Branch> branches,
        int batch,
        int rowsPerImage,
        int gridWidth,
        int frames,
        int steps,
        long seed,
        List<Long> imageSeeds) {
    /** Keeps the streams of an image's rows apart: the golden ratio, as SplitMix64 steps. */
    private static final long STRIDE = 0x9E3779B97F4A7C15L;

    /** With the seed for the first image, and those that follow it for the others. */
    public GenerationContext(
            List<Branch> branches,
            int batch,
            int rowsPerImage,
            int gridWidth,
            int frames,
            int steps,
            long seed) {
        this(
                branches,
                batch,
                rowsPerImage,
                gridWidth,
                frames,
                steps,
                seed,
                LongStream.range(0, batch / rowsPerImage).mapToObj(image -> seed + image).toList());
    }

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
        imageSeeds = List.copyOf(imageSeeds);
        if (imageSeeds.size() * rowsPerImage != batch) {
            throw new IllegalArgumentException(
                    "Expected a seed for each of "
                            + batch / rowsPerImage
                            + " images, found "
                            + imageSeeds.size());
        }
    }

    /** The same generation with one row for each image: for what the rows of an image share. */
    public GenerationContext perImage() {
        return new GenerationContext(
                branches, imageSeeds.size(), 1, gridWidth, frames, steps, seed, imageSeeds);
    }

    /** Of the image that a row belongs to; the rows of an image share it. */
    public long imageSeed(int row) {
        return imageSeeds.get(row / rowsPerImage);
    }

    /** {@link #rowSeed} of all rows, as a clusterer takes them. */
    public List<Long> rowSeeds() {
        return IntStream.range(0, batch).mapToObj(this::rowSeed).toList();
    }

    /** Of a row by itself: its image's, and another one for each row of the image. */
    public long rowSeed(int row) {
        return imageSeed(row) + row % rowsPerImage * STRIDE;
    }
}
