package org.clusca.api.model;

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
}
