package org.clusca.api.model;

import java.util.List;
import java.util.Optional;

/** Turns what a user asks for (a class, a prompt) into what the network takes. */
public interface Conditioner {
    /**
     * @param encoders runs the networks that turn text into numbers, for those who have some
     * @throws org.clusca.api.CluscaException UNKNOWN_NAME with the near names, INVALID_PARAMETER
     *     for a guidance scale or length that the network does not take
     */
    Condition condition(Prompt prompt, EncoderRunner encoders);

    /**
     * The prompt as a report prints it. Refuses without running any network what can be refused so.
     *
     * @throws org.clusca.api.CluscaException as {@link #condition}
     */
    default String label(Prompt prompt) {
        return condition(prompt, EncoderRunner.NONE).label();
    }

    /** Tokens of the text stream that the prompt becomes; 0 for a network without one. */
    default int textTokens(Prompt prompt) {
        return 0;
    }

    /** The networks that {@link #condition} has run. */
    default List<Encoder> encoders() {
        return List.of();
    }

    /**
     * The condition of the second row of every image of a guided batch; empty when the network
     * takes no such guidance.
     */
    default Optional<Condition> unconditional() {
        return Optional.empty();
    }

    /** The guidance scale when a request names none; 1 switches guidance off. */
    default double defaultGuidance() {
        return 1;
    }

    /** The classes that can be asked for, in order; empty for free text. */
    default List<String> classes() {
        return List.of();
    }
}
