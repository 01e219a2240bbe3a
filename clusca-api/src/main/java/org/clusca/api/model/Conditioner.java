package org.clusca.api.model;

import java.util.List;
import java.util.Optional;

/** Turns what a user asks for (a class, a prompt) into what the network takes. */
public interface Conditioner {
    /**
     * @param text a class name or number, or a prompt
     * @throws org.clusca.api.CluscaException UNKNOWN_NAME with the near names
     */
    Condition condition(String text);

    /**
     * The condition of the second row of every image of a guided batch; empty when the network
     * takes no such guidance.
     */
    Optional<Condition> unconditional();

    /** The guidance scale when a request names none; 1 switches guidance off. */
    double defaultGuidance();

    /** The classes that can be asked for, in order; empty for free text. */
    List<String> classes();
}
