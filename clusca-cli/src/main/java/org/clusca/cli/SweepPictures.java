package org.clusca.cli;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.engine.Generated;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;
import org.clusca.metric.Psnr;

/**
 * A batch of pictures or videos, to be compared with another one.
 *
 * @param pictures {@code [images * frames, 3, height, width]} in [-1, 1]
 * @param latents {@code [images, ...]}
 */
record SweepPictures(Tensor pictures, Tensor latents) {
    private static final String PICTURES = "pictures";
    private static final String LATENTS = "latents";

    static SweepPictures of(Generated generated) {
        Tensor clipped = Tensor.zeros(generated.pictures().shape());
        FloatBuffer from = generated.pictures().data();
        for (int i = 0; i < clipped.size(); i++) {
            clipped.data().put(i, Math.max(-1, Math.min(1, from.get(i))));
        }
        return new SweepPictures(clipped, generated.latents());
    }

    static SweepPictures read(Path file) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        return new SweepPictures(opened.tensor(PICTURES), opened.tensor(LATENTS));
    }

    void write(Path file) {
        SafetensorsWriter.write(file, Map.of(PICTURES, pictures, LATENTS, latents));
    }

    /** PSNR of each image. */
    List<Double> psnr(SweepPictures reference) {
        return each(pictures, reference.pictures, 2);
    }

    /** The same of latents, which deviate by about 1. */
    List<Double> latentDb(SweepPictures reference) {
        return each(latents, reference.latents, 1);
    }

    private List<Double> each(Tensor own, Tensor other, double range) {
        int images = latents.dimension(0);
        int rows = own.dimension(0) / images;
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            values.add(
                    Psnr.of(
                            own.rows(i * rows, (i + 1) * rows),
                            other.rows(i * rows, (i + 1) * rows),
                            range));
        }
        return values;
    }
}
