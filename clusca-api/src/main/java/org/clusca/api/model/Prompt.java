package org.clusca.api.model;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a user asks for.
 *
 * @param text a class name or number, or a prompt
 * @param guidance the scale asked for; empty for the model's default
 * @param maxSequenceLength text tokens at most; empty for the model's own limit
 */
public record Prompt(String text, OptionalDouble guidance, OptionalInt maxSequenceLength) {
    public static Prompt of(String text) {
        return new Prompt(text, OptionalDouble.empty(), OptionalInt.empty());
    }
}
