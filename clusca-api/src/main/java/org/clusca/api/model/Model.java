package org.clusca.api.model;

import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** The parts of one pipeline, described, not loaded: holds no native resource and no state. */
public interface Model {
    /** Name for reports, e.g. {@code dit-xl-2-256}. */
    String name();

    Transformer transformer();

    Conditioner conditioner();

    /**
     * The latent of a picture or video of the wanted size, without the leading images.
     *
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER when the model does not make this
     *     size
     */
    default int[] latentShape(Size size) {
        int[] own = transformer().spec().latentShape();
        Size only = size(own);
        if ((size.width() != 0 && size.width() != only.width())
                || (size.height() != 0 && size.height() != only.height())
                || size.frames() > 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    name() + " makes pictures of " + only + " only, asked for " + size + ".");
        }
        return own;
    }

    /**
     * The size of the picture or video that a latent becomes; without an autoencoder, of the latent
     * itself.
     *
     * @param latent shape without the leading images
     */
    default Size size(int[] latent) {
        int scale = codec().map(LatentCodec::scale).orElse(1);
        int temporal = codec().map(LatentCodec::temporalScale).orElse(1);
        int last = latent.length - 1;
        int frames = latent.length == 4 ? (latent[1] - 1) * temporal + 1 : 1;
        return new Size(latent[last] * scale, latent[last - 1] * scale, frames);
    }

    /**
     * Name of the {@link ModelFactory} that reads such models: what cache policies know of a model.
     * Empty for a model that belongs to none.
     */
    default String family() {
        return "";
    }

    /** Denoising steps where a user names none. */
    default int defaultSteps() {
        return 50;
    }

    /**
     * Empty where the files hold no autoencoder: then latents can be generated, but no pictures.
     */
    Optional<LatentCodec> codec();

    /**
     * Which process the network was trained to undo; empty when it does not say, then it takes any
     * scheduler.
     */
    default Optional<NoiseProcess> process() {
        return Optional.empty();
    }

    /** The scheduler's configuration; {@code _class_name} names the kind. */
    Config scheduler();
}
