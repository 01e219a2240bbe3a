package org.clusca.api.model;

/** The parts of one pipeline, described, not loaded: holds no native resource and no state. */
public interface Model {
    /** Name for reports, e.g. {@code dit-xl-2-256}. */
    String name();

    Transformer transformer();

    Conditioner conditioner();

    LatentCodec codec();

    /** The scheduler's configuration; {@code _class_name} names the kind. */
    Config scheduler();
}
