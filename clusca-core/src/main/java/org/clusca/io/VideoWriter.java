package org.clusca.io;

import java.awt.image.BufferedImage;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;

/**
 * A video that is written frame by frame. It gets its name when it is finished; closed before, it
 * leaves nothing behind.
 */
public abstract sealed class VideoWriter implements FrameSink, AutoCloseable
        permits ApngWriter, FrameFolderWriter, Mp4Writer {
    private final VideoFormat format;
    private int frames;

    VideoWriter(VideoFormat format) {
        this.format = format;
    }

    abstract void write(int index, BufferedImage picture);

    abstract void complete();

    final VideoFormat format() {
        return format;
    }

    /**
     * Adds a frame.
     *
     * @throws CluscaException IO; INCOMPATIBLE for a picture of another size than announced
     */
    public final void picture(BufferedImage picture) {
        if (picture.getWidth() != format.width() || picture.getHeight() != format.height()) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Frame "
                            + frames
                            + " must be of the size "
                            + format.width()
                            + "x"
                            + format.height()
                            + ", found "
                            + picture.getWidth()
                            + "x"
                            + picture.getHeight()
                            + ".");
        }
        write(frames++, picture);
    }

    /**
     * @throws CluscaException as {@link #picture}; NOT_FINITE
     */
    @Override
    public final void frame(int index, Tensor rgb) {
        if (index != frames) {
            throw new IllegalArgumentException("Expected frame " + frames + ", found " + index);
        }
        if (!rgb.isFinite()) {
            throw new CluscaException(
                    ErrorCode.NOT_FINITE,
                    "Frame " + index + " holds values that are not finite after decoding.");
        }
        picture(Pictures.of(rgb.reshape(1, 3, rgb.dimension(1), rgb.dimension(2))).get(0));
    }

    /**
     * Puts the video under its name; then it only remains to be closed.
     *
     * @throws CluscaException IO; INVALID_PARAMETER when there is no frame
     */
    public final void finish() {
        if (frames == 0) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER, "A video needs at least one frame, found none.");
        }
        complete();
    }

    @Override
    public abstract void close();
}
