package org.clusca.api.model;

import java.util.Set;

/** The tensors of one component by name; nothing is loaded, {@link Weight} says where each lies. */
public interface Weights {
    /** For errors: the file or folder. */
    String origin();

    Set<String> names();

    /** Elements of all tensors together. */
    long elements();

    default boolean has(String name) {
        return names().contains(name);
    }

    /**
     * @param shape what the network needs
     * @throws org.clusca.api.CluscaException INVALID_MODEL when the tensor is missing or of another
     *     shape, naming it
     */
    Weight get(String name, long... shape);
}
