package org.clusca.api.model;

import java.util.Optional;

/** The parts of one pipeline, described, not loaded: holds no native resource and no state. */
public interface Model {
    /** Name for reports, e.g. {@code dit-xl-2-256}. */
    String name();

    Transformer transformer();

    Conditioner conditioner();

    /**
     * Empty where the files hold no autoencoder: then latents can be generated, but no pictures.
     */
    Optional<LatentCodec> codec();

    /** The scheduler's configuration; {@code _class_name} names the kind. */
    Config scheduler();
}
