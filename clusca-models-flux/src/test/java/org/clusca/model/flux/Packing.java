package org.clusca.model.flux;

import org.clusca.api.Tensor;

/** Latents as diffusers' FLUX holds them: 2x2 patches as tokens, ordered (channel, row, column). */
final class Packing {
    private Packing() {}

    /** {@code [images, channels, height, width]} to {@code [images, tokens, 4 * channels]}. */
    static Tensor pack(Tensor latent) {
        return move(latent, latent.dimension(2), latent.dimension(3), latent.dimension(1), true);
    }

    /** Undoes {@link #pack}. */
    static Tensor unpack(Tensor packed, int height, int width) {
        return move(packed, height, width, packed.dimension(2) / 4, false);
    }

    private static Tensor move(Tensor from, int height, int width, int channels, boolean pack) {
        int images = from.dimension(0);
        int columns = width / 2;
        Tensor to =
                pack
                        ? Tensor.zeros(images, height / 2 * columns, 4 * channels)
                        : Tensor.zeros(images, channels, height, width);
        for (int i = 0; i < from.size(); i++) {
            int x = i % width;
            int y = i / width % height;
            int c = i / width / height % channels;
            int image = i / width / height / channels;
            int token = y / 2 * columns + x / 2;
            int place = c * 4 + y % 2 * 2 + x % 2;
            int packed = (image * (height / 2 * columns) + token) * 4 * channels + place;
            to.data().put(pack ? packed : i, from.data().get(pack ? i : packed));
        }
        return to;
    }
}
