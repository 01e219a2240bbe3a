package org.clusca.server.openai;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.model.Size;

/** Sizes as OpenAI writes them: {@code 1024x512}, or {@code auto}. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5})x([1-9][0-9]{0,5})");

    private Sizes() {}

    /**
     * @param frames 0 for the model's own number
     * @param most longest side, in pixels
     */
    static Size read(Fields fields, int frames, int most) {
        String text = fields.text("size", 20).orElse("auto");
        if (text.equals("auto")) {
            return new Size(0, 0, frames);
        }
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw ApiException.invalid(
                    "size", "'size' must be auto or WIDTHxHEIGHT, found '" + text + "'.");
        }
        int width = Integer.parseInt(matcher.group(1));
        int height = Integer.parseInt(matcher.group(2));
        if (Math.max(width, height) > most) {
            throw ApiException.invalid(
                    "size", "Sides have at most " + most + " pixels here, found " + text + ".");
        }
        return new Size(width, height, frames);
    }
}
