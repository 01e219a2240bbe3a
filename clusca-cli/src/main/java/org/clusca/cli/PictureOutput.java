package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.clusca.report.PictureText;

/** Pictures on a sheet in a PNG file. */
final class PictureOutput implements Output {
    private final Path file;
    private final Model model;
    private final List<String> labels;
    private List<BufferedImage> pictures = List.of();

    /**
     * @param labels classes or prompts
     */
    PictureOutput(Path file, Model model, List<String> labels) {
        this.file = file;
        this.model = model;
        this.labels = labels;
    }

    @Override
    public void check() {
        PngWriter.checkWritable(file);
    }

    @Override
    public int frames() {
        return 0;
    }

    @Override
    public void receive(Request.Builder request, StepProgress progress) {}

    @Override
    public void write(Generated generated) {
        pictures = Pictures.of(generated.pictures());
        PngWriter.write(
                file, Sheet.of(pictures, labels), PictureText.of(generated.report(), model));
    }

    @Override
    public Map<String, Object> json() {
        return Map.of("out", file.toString());
    }

    @Override
    public String summary() {
        BufferedImage first = pictures.get(0);
        return String.format(
                Locale.ROOT,
                "%s: %s of %dx%d",
                file,
                pictures.size() == 1 ? "a picture" : pictures.size() + " pictures",
                first.getWidth(),
                first.getHeight());
    }

    @Override
    public void close() {}
}
