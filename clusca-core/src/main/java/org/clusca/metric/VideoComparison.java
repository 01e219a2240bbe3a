package org.clusca.metric;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.io.Pictures;
import org.jspecify.annotations.Nullable;

/**
 * How near a video is to a reference: PSNR and SSIM of each frame, and flicker over time. Frames
 * are added in pairs and not kept.
 */
public final class VideoComparison {
    private final List<Double> psnr = new ArrayList<>();
    private final List<Double> ssim = new ArrayList<>();
    private double changes;
    private long changed;
    private @Nullable Tensor previous;

    /**
     * Adds the next frame of both.
     *
     * @throws org.clusca.api.CluscaException INCOMPATIBLE when their sizes differ from each other
     *     or from those before, or are smaller than SSIM's window
     */
    public void add(BufferedImage frame, BufferedImage reference) {
        Tensor pixels = Pictures.pixels(frame);
        Tensor expected = Pictures.pixels(reference);
        psnr.add(Psnr.of(pixels, expected));
        ssim.add(Ssim.of(pixels, expected));
        Tensor error = difference(pixels, expected);
        if (previous != null) {
            // the change of the error is the difference of both videos' changes
            Psnr.checkShapes("Flicker", error, previous);
            FloatBuffer now = error.data();
            FloatBuffer before = previous.data();
            for (int i = 0; i < now.capacity(); i++) {
                changes += Math.abs(now.get(i) - before.get(i));
            }
            changed += now.capacity();
        }
        previous = error;
    }

    private static Tensor difference(Tensor a, Tensor b) {
        Tensor difference = Tensor.zeros(a.shape());
        FloatBuffer left = a.data();
        FloatBuffer right = b.data();
        FloatBuffer result = difference.data();
        for (int i = 0; i < result.capacity(); i++) {
            result.put(i, left.get(i) - right.get(i));
        }
        return difference;
    }

    /** In dB, of each frame; infinite for equal ones. */
    public List<Double> psnr() {
        return Collections.unmodifiableList(psnr);
    }

    /** Of each frame; 1 for equal ones. */
    public List<Double> ssim() {
        return Collections.unmodifiableList(ssim);
    }

    /**
     * Mean absolute difference between what changes from frame to frame here and in the reference,
     * {@code mean |(v[t+1] - v[t]) - (r[t+1] - r[t])|}, in levels of 0 to 255. A constant error
     * does not count, one that comes and goes does; 0 for less than two frames.
     */
    public double flicker() {
        return changed == 0 ? 0 : changes / changed;
    }

    /** The mean of all frames; infinite when one of them is, NaN when there are none. */
    public static double mean(List<Double> figures) {
        return figures.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
