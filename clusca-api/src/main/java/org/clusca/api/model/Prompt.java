package org.clusca.api.model;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a user asks for.
 *
 * @param text a class name or number, or a prompt
 * @param negative what guidance leads away from; empty for the model's own unconditional row
 * @param guidance the scale asked for; empty for the model's default
 * @param maxSequenceLength text tokens at most; empty for the model's own limit
 */
public record Prompt(
        String text, String negative, OptionalDouble guidance, OptionalInt maxSequenceLength) {
    /** Without a negative prompt. */
    public Prompt(String text, OptionalDouble guidance, OptionalInt maxSequenceLength) {
        this(text, "", guidance, maxSequenceLength);
    }

    public static Prompt of(String text) {
        return new Prompt(text, OptionalDouble.empty(), OptionalInt.empty());
    }
}
