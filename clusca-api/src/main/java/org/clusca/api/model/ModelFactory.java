package org.clusca.api.model;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Reads models of one family; found by {@link java.util.ServiceLoader}. */
public interface ModelFactory {
    /** Name of the family: lower-case letters, digits and {@code -}. */
    String name();

    /** One sentence for listings. */
    String description();

    /**
     * Whether this looks like a model of the family; decided by configuration and names alone,
     * without an error.
     */
    boolean reads(ModelDirectory directory);

    /**
     * @throws org.clusca.api.CluscaException when the directory is damaged, incomplete, or says
     *     something that the adapter does not compute
     */
    Model open(ModelDirectory directory);

    /**
     * The denoising network alone, from its configuration and weights: for measurements, and for
     * those who bring conditions of their own.
     *
     * @throws org.clusca.api.CluscaException INCOMPATIBLE when the family does not offer it
     */
    default Transformer transformer(Config config, Weights weights) {
        throw new CluscaException(
                ErrorCode.INCOMPATIBLE, name() + " opens whole models only; give a directory.");
    }
}
