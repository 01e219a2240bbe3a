package org.clusca.api.model;

import java.util.Locale;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * The size of a picture or video; 0 stands for the model's own choice.
 *
 * @param width in pixels
 * @param height in pixels
 * @param frames 1 for a picture
 */
public record Size(int width, int height, int frames) {
    /** What the model was made for. */
    public static final Size DEFAULT = new Size(0, 0, 0);

    /**
     * Checks a side or a number of frames: a multiple of {@code step}, plus {@code more}.
     *
     * @param what for the error
     * @throws CluscaException INVALID_PARAMETER with one near by that is
     */
    public static void require(String what, int found, int step, int more, int most) {
        int least = more == 0 ? step : more;
        if (found < least || found > most || (found - more) % step != 0) {
            int near = Math.max(least, (Math.min(found, most) - more) / step * step + more);
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    String.format(
                            Locale.ROOT,
                            "The %s must be a multiple of %d%s from %d to %d, found %d; %d is one.",
                            what,
                            step,
                            more == 0 ? "" : " plus " + more,
                            least,
                            most,
                            found,
                            near));
        }
    }

    @Override
    public String toString() {
        return width + "x" + height + (frames > 1 ? ", " + frames + " frames" : "");
    }
}
