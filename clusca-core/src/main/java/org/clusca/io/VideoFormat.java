package org.clusca.io;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * @param width in pixels
 * @param height in pixels
 * @param framesPerSecond 1 to 1000
 */
public record VideoFormat(int width, int height, int framesPerSecond) {
    private static final int FASTEST = 1000;

    public VideoFormat {
        if (width < 1 || height < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A video has at least one pixel, found " + width + "x" + height + ".");
        }
        if (framesPerSecond < 1 || framesPerSecond > FASTEST) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Frames per second must be 1 to "
                            + FASTEST
                            + ", found "
                            + framesPerSecond
                            + ".");
        }
    }
}
