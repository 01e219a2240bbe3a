package org.clusca.model.hunyuan;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.clusca.tokenize.Tokenizer;

/**
 * What is written around a prompt ahead of the language model, and how much of the result is cut
 * off again.
 *
 * @param origin for errors
 * @param text with one {@code {}} in the place of the prompt
 * @param start tokens to be cut off at the beginning; {@link #COUNTED} to count them: all of the
 *     template's but the placeholder and the end mark behind it, as the library does
 */
record PromptTemplate(String origin, String text, int start) {
    static final int COUNTED = -1;

    private static final String PLACE = "{}";
    private static final String KEY = "prompt_template";
    private static final Pattern MARK = Pattern.compile("<\\|[^|]*\\|>");

    /** Published with HunyuanVideo; its tokenizer gives it 97 tokens, of which 95 are cut off. */
    private static final String PUBLISHED =
            "<|start_header_id|>system<|end_header_id|>\n\n"
                    + "Describe the video by detailing the following aspects:"
                    + " 1. The main content and theme of the video."
                    + "2. The color, shape, size, texture, quantity, text, and spatial relationships"
                    + " of the objects."
                    + "3. Actions, events, behaviors temporal relationships, physical movement"
                    + " changes of the objects."
                    + "4. background environment, light, style and atmosphere."
                    + "5. camera angles, movements, and transitions used in the video:<|eot_id|>"
                    + "<|start_header_id|>user<|end_header_id|>\n\n{}<|eot_id|>";

    PromptTemplate {
        int place = text.indexOf(PLACE);
        if (place < 0 || text.replace(PLACE, "").matches("(?s).*[{}].*")) {
            throw invalid(
                    origin,
                    "must hold one {} for the prompt and no other braces, found '" + text + "'");
        }
    }

    /**
     * The directory's own, if its {@code model_index.json} has a {@code prompt_template} with
     * {@code template} and perhaps {@code crop_start}; else the published one.
     *
     * @throws CluscaException INVALID_MODEL for one that cannot be used
     */
    static PromptTemplate of(ModelDirectory directory) {
        Config index = directory.json("model_index.json");
        if (!index.has(KEY)) {
            return new PromptTemplate("the published prompt template", PUBLISHED, COUNTED);
        }
        if (!(index.values().get(KEY) instanceof Map<?, ?> given)
                || !(given.get("template") instanceof String text)) {
            throw index.wrong(KEY, "an object with a text 'template'");
        }
        Object start = given.get("crop_start");
        if (start != null && !(start instanceof Integer number && number >= 0)) {
            throw index.wrong(KEY, "an object whose 'crop_start' is a number of at least 0");
        }
        return new PromptTemplate(
                index.origin() + ": '" + KEY + "'",
                text,
                start instanceof Integer number ? number : COUNTED);
    }

    String around(String prompt) {
        return text.replace(PLACE, prompt);
    }

    /**
     * Tokens to be cut off at the beginning.
     *
     * @throws CluscaException INVALID_MODEL when the template does not fit the tokenizer
     */
    int cropStart(Tokenizer tokenizer) {
        int begin = tokenizer.encode("").length;
        Matcher marks = MARK.matcher(text);
        while (marks.find()) {
            int tokens = tokenizer.encode(marks.group()).length - begin;
            if (tokens != 1) {
                throw invalid(
                        origin,
                        "does not fit the tokenizer: its mark "
                                + marks.group()
                                + " becomes "
                                + tokens
                                + " tokens instead of one");
            }
        }
        int crop = start == COUNTED ? tokenizer.encode(text).length - 2 : start;
        int shortest = tokenizer.encode(around("")).length;
        if (crop < 0 || crop >= shortest) {
            throw invalid(
                    origin,
                    "does not fit the tokenizer: "
                            + crop
                            + " tokens are to be cut off, but with an empty prompt there are only "
                            + shortest);
        }
        return crop;
    }

    private static CluscaException invalid(String origin, String why) {
        return new CluscaException(ErrorCode.INVALID_MODEL, origin + " " + why + ".");
    }
}
