package org.clusca.api.model;

import java.util.List;

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
     * Whether guidance takes a second row of every image: one that is conditioned on nothing, or on
     * a negative prompt. False where the network takes the scale, or no guidance at all.
     */
    default boolean classifierFree() {
        return false;
    }

    /**
     * The condition of that second row. Asked only where {@link #classifierFree}.
     *
     * @param prompt its text is not looked at; {@link Prompt#negative} is what guidance leads away
     *     from, empty for the model's own unconditional row
     * @throws org.clusca.api.CluscaException as {@link #condition}
     */
    default Condition unconditional(Prompt prompt, EncoderRunner encoders) {
        throw new IllegalStateException(
                "There is no unconditional row without guidance of its own");
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
