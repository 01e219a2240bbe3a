package org.clusca.tokenize;

import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.model.ModelDirectory;

/** A prompt as an encoder's input. */
public final class PromptIds {
    private PromptIds() {}

    /**
     * Padded and cut to a length. The tokenizer lives for this call: a model holds nothing native,
     * and beside an encoder's run the time to open one does not count.
     *
     * @param folder of the tokenizer within the directory
     * @param encoder for the warning
     * @param warnings gets one when the prompt is cut
     * @return {@code [1, length]}
     * @throws org.clusca.api.CluscaException as {@link Tokenizer#open}
     */
    public static Tensor of(
            ModelDirectory directory,
            String folder,
            String encoder,
            String text,
            int length,
            List<String> warnings) {
        EncodedText encoded;
        try (Tokenizer tokenizer = Tokenizer.open(directory, folder)) {
            encoded = tokenizer.encode(text, length);
        }
        if (encoded.cut()) {
            warnings.add(cut(encoder, encoded.total(), length, encoded.rest()));
        }
        return row(encoded.ids());
    }

    /** What a user is told whose prompt was too long. */
    public static String cut(String encoder, int tokens, int length, String rest) {
        return "The prompt has "
                + tokens
                + " tokens, "
                + encoder
                + " takes "
                + length
                + " and does not see its end: '"
                + rest
                + "'.";
    }

    /** {@code [1, length]}; whole numbers up to 2^24 are exact. */
    public static Tensor row(int[] numbers) {
        Tensor row = Tensor.zeros(1, numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            row.data().put(i, numbers[i]);
        }
        return row;
    }
}
