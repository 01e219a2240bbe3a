package org.clusca.cli;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Model;
import org.clusca.engine.Request;
import org.clusca.io.VideoFormat;
import org.clusca.report.Kind;
import org.clusca.video.VideoTiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How videos are decoded and shown. */
final class VideoOptions {
    /** Of the videos that HunyuanVideo was trained with. */
    private static final int USUAL = 24;

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = "Frames per second of a video. Default: " + USUAL + ".")
    private @Nullable Integer framesPerSecond;

    @Option(
            names = "--tile",
            paramLabel = "PIXELS",
            description =
                    "Decode videos in square tiles of so many pixels, which overlap by 64: smaller ones take less memory and more time. Default: 256.")
    private @Nullable Integer tile;

    int framesPerSecond() {
        return framesPerSecond == null ? USUAL : framesPerSecond;
    }

    /** Fills in a request. */
    void apply(Request.Builder request, Model model) {
        if (!Kind.ofVideos(model)) {
            refuse(model, "--fps", framesPerSecond);
            refuse(model, "--tile", tile);
            return;
        }
        // an unlikely number is refused now, not when the first frame comes
        new VideoFormat(1, 1, framesPerSecond());
        // none is kept; until the file is open, estimates of memory are to know that
        request.frames((index, rgb) -> {});
        if (tile != null) {
            VideoTiles usual = VideoTiles.DEFAULT;
            int overlap = usual.width().size() - usual.width().stride();
            VideoTiles.Axis side = new VideoTiles.Axis(tile, tile - overlap);
            request.tiles(new VideoTiles(side, side, usual.frames()));
        }
    }

    /**
     * @throws CluscaException INVALID_PARAMETER when the option was given to a model of pictures
     */
    static void refuse(Model model, String option, @Nullable Integer given) {
        if (given != null) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    option + ": " + model.name() + " makes pictures, not videos; leave it out.");
        }
    }
}
