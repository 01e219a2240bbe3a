package org.clusca.server;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers videos in their folder; what clients call them never gets there. */
final class VideoNames {
    private final Path folder;
    private final AtomicLong last = new AtomicLong();

    VideoNames(Path folder) {
        this.folder = folder;
    }

    Path next() {
        return folder.resolve(last.incrementAndGet() + ".mp4");
    }
}
