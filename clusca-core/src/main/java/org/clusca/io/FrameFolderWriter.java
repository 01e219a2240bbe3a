package org.clusca.io;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A folder of files frame-00000.png, frame-00001.png, ..., each with the text. */
final class FrameFolderWriter extends VideoWriter {
    private final PendingFolder folder;
    private final Map<String, String> text;

    FrameFolderWriter(Path folder, VideoFormat format, Map<String, String> text) {
        super(format);
        this.folder = PendingFolder.open(folder);
        this.text = new LinkedHashMap<>(text);
    }

    @Override
    void write(int index, BufferedImage picture) {
        Path file = folder.path().resolve(String.format(Locale.ROOT, "frame-%05d.png", index));
        PngWriter.write(file, picture, text);
    }

    @Override
    void complete() {
        folder.finish();
    }

    @Override
    public void close() {
        folder.close();
    }
}
