package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.clusca.engine.Generated;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.io.VideoFiles;
import org.clusca.io.VideoFormat;
import org.clusca.io.VideoWriter;
import org.jspecify.annotations.Nullable;

/**
 * Videos, each written into a file of its own frame by frame. A file gets its name with its last
 * frame.
 */
final class VideoOutput implements Output {
    private final List<Path> files;
    private final VideoShape shape;
    private final int framesPerSecond;
    private final Map<String, String> text;
    private final Runnable cleanup = this::close;
    private @Nullable VideoWriter writer;
    private int width;
    private int height;

    /**
     * @param out the file; numbered when there are several videos
     * @param shape of each video that is generated
     * @param text about how they were made
     */
    VideoOutput(
            Path out, int videos, VideoShape shape, int framesPerSecond, Map<String, String> text) {
        files = videos == 1 ? List.of(out) : numbered(out, videos);
        this.shape = shape;
        this.framesPerSecond = framesPerSecond;
        this.text = text;
    }

    /** {@code fox-1.mp4}, {@code fox-2.mp4}, ... for {@code fox.mp4}. */
    private static List<Path> numbered(Path out, int videos) {
        return IntStream.rangeClosed(1, videos).mapToObj(n -> Beside.marked(out, "-" + n)).toList();
    }

    @Override
    public void check() {
        files.forEach(VideoFiles::check);
    }

    VideoShape shape() {
        return shape;
    }

    @Override
    public int frames() {
        return files.size() * shape.frames();
    }

    @Override
    public void receive(Request.Builder request, StepProgress progress) {
        request.frames(
                (index, rgb) -> {
                    int[] size = rgb.shape();
                    add(index, Pictures.of(rgb.reshape(1, size[0], size[1], size[2])).get(0));
                    progress.frame();
                });
    }

    /**
     * Writes a frame.
     *
     * @param index counted through all videos
     */
    void add(int index, BufferedImage frame) {
        Interruption.writing(() -> write(index, frame));
    }

    private void write(int index, BufferedImage frame) {
        VideoWriter open = writer;
        if (open == null) {
            open = open(index / shape.frames(), frame);
            writer = open;
            Interruption.remember(cleanup);
        }
        width = frame.getWidth();
        height = frame.getHeight();
        open.picture(frame);
        if ((index + 1) % shape.frames() == 0) {
            open.finish();
            close();
        }
    }

    private VideoWriter open(int video, BufferedImage frame) {
        Map<String, String> all = new LinkedHashMap<>(text);
        if (files.size() > 1) {
            all.put("video", (video + 1) + " of " + files.size());
        }
        return VideoFiles.open(
                files.get(video),
                new VideoFormat(frame.getWidth(), frame.getHeight(), framesPerSecond),
                all);
    }

    @Override
    public void write(Generated generated) {}

    @Override
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(
                "out",
                files.size() == 1
                        ? files.get(0).toString()
                        : files.stream().map(Path::toString).toList());
        json.put("frames", shape.frames());
        json.put("framesPerSecond", framesPerSecond);
        return json;
    }

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%s: %s of %dx%d%s, %d a second",
                files.stream().map(Path::toString).collect(Collectors.joining(", ")),
                shape.frames() == 1 ? "a frame" : shape.frames() + " frames",
                width,
                height,
                files.size() == 1 ? "" : " each",
                framesPerSecond);
    }

    @Override
    public void close() {
        VideoWriter open = writer;
        if (open != null) {
            open.close();
            writer = null;
            Interruption.forget(cleanup);
        }
    }
}
