package org.clusca.server.queue;

import java.nio.file.Path;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.io.FrameSink;
import org.clusca.io.VideoFiles;
import org.clusca.io.VideoFormat;
import org.clusca.io.VideoWriter;
import org.jspecify.annotations.Nullable;

/** A video that is written frame by frame; closed before it is finished, it leaves nothing. */
public final class VideoFile implements FrameSink, AutoCloseable {
    private final Path file;
    private final int framesPerSecond;
    private @Nullable VideoWriter writer;

    /** Names new files. */
    @FunctionalInterface
    public interface Source {
        VideoFile create(int framesPerSecond);
    }

    /**
     * @param file that is not there yet, ending in {@code .mp4}
     */
    public VideoFile(Path file, int framesPerSecond) {
        this.file = file;
        this.framesPerSecond = framesPerSecond;
    }

    @Override
    public void frame(int index, Tensor rgb) {
        VideoWriter open = writer;
        if (open == null) {
            open =
                    VideoFiles.open(
                            file,
                            new VideoFormat(rgb.dimension(2), rgb.dimension(1), framesPerSecond),
                            Map.of("Software", "Clusca"));
            writer = open;
        }
        open.frame(index, rgb);
    }

    Path finish() {
        VideoWriter open = writer;
        if (open == null) {
            throw new IllegalStateException("There is no frame");
        }
        open.finish();
        return file;
    }

    @Override
    public void close() {
        VideoWriter open = writer;
        if (open != null) {
            open.close();
            writer = null;
        }
    }
}
