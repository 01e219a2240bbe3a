package org.clusca.tokenize;

/**
 * Token ids of one text at a given length.
 *
 * @param ids {@code [length]}, padded on the right
 * @param mask {@code [length]}: 1 for a token of the text, begin and end tokens included, 0 for
 *     padding
 * @param total tokens that the text has before it was cut, begin and end tokens included
 * @param rest what was cut off at the end of the text; empty when nothing was
 */
public record EncodedText(int[] ids, int[] mask, int total, String rest) {
    /** Whether the text was longer than the ids hold. */
    public boolean cut() {
        return total > ids.length;
    }
}
