package org.clusca.batch;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.clusca.io.VideoFiles;
import org.clusca.io.VideoFormat;
import org.clusca.io.VideoWriter;
import org.clusca.report.Kind;
import org.clusca.report.PictureText;
import org.clusca.report.ReportJson;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows on one model, each by itself: the same row gives the same picture wherever, beside
 * whatever and however often it is made.
 */
public final class BatchMaker {
    private static final int FRAMES_PER_SECOND = 24;

    private final Clusca clusca;
    private final Pipeline pipeline;
    private final BatchFolder folder;
    private final BatchDefaults defaults;

    /**
     * @param pipeline stays the caller's
     */
    public BatchMaker(
            Clusca clusca, Pipeline pipeline, BatchFolder folder, BatchDefaults defaults) {
        this.clusca = clusca;
        this.pipeline = pipeline;
        this.folder = folder;
        this.defaults = defaults;
    }

    /**
     * A row's picture.
     *
     * @param file where it is
     * @param fresh whether it was made by this call, and not before
     * @param report the JSON file with its report
     */
    public record Made(Path file, boolean fresh, Path report) {}

    /**
     * Makes a row, or finds it made.
     *
     * @throws CluscaException whatever is wrong with the row or with the machine
     */
    public Made make(BatchRow given, ProgressListener listener) {
        BatchRow row = defaults.fill(given);
        return folder.done(row, pipeline.origin().fingerprint())
                .map(file -> new Made(file, false, folder.report(row)))
                .orElseGet(() -> made(row, listener));
    }

    private Made made(BatchRow row, ProgressListener listener) {
        Model model = pipeline.model();
        boolean video = Kind.ofVideos(model);
        Path file = folder.picture(row, video);
        Request request = BatchDefaults.request(row, clusca, pipeline).listener(listener).build();
        Generated generated = video ? video(request, file) : picture(request, file);
        Map<String, Object> report = ReportJson.of(generated.report(), model);
        folder.finish(row, file, report);
        return new Made(file, true, folder.report(row));
    }

    private Generated picture(Request request, Path file) {
        Generated generated = pipeline.generate(request);
        BufferedImage picture = Pictures.of(generated.pictures()).get(0);
        PngWriter.write(file, picture, PictureText.of(generated.report(), pipeline.model()));
        return generated;
    }

    private Generated video(Request request, Path file) {
        try (Frames frames = new Frames(file, PictureText.of(request, pipeline))) {
            Generated generated =
                    pipeline.generate(
                            request.toBuilder()
                                    .frames(
                                            (index, rgb) -> {
                                                int[] s = rgb.shape();
                                                frames.add(
                                                        Pictures.of(
                                                                        rgb.reshape(
                                                                                1, s[0], s[1],
                                                                                s[2]))
                                                                .get(0));
                                            })
                                    .build());
            frames.finish();
            return generated;
        }
    }

    /** A video that is opened with its first frame, whose size is not known before. */
    private static final class Frames implements AutoCloseable {
        private final Path file;
        private final Map<String, String> text;
        private @Nullable VideoWriter writer;

        Frames(Path file, Map<String, String> text) {
            this.file = file;
            this.text = text;
        }

        void add(BufferedImage frame) {
            VideoWriter open = writer;
            if (open == null) {
                VideoFormat format =
                        new VideoFormat(frame.getWidth(), frame.getHeight(), FRAMES_PER_SECOND);
                open = VideoFiles.open(file, format, text);
                writer = open;
            }
            open.picture(frame);
        }

        void finish() {
            if (writer != null) {
                writer.finish();
            }
        }

        @Override
        public void close() {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
