package org.clusca.video;

import java.nio.FloatBuffer;
import org.clusca.api.Tensor;

/** Parts of tensors {@code [1, channels, frames, height, width]}. */
final class Volume {
    private Volume() {}

    /** Copies {@code count} places along an axis; all other axes are equal. */
    static void copy(Tensor source, int from, Tensor target, int to, int axis, int count) {
        int inner = inner(source, axis);
        int outer = source.size() / (inner * source.dimension(axis));
        FloatBuffer in = source.data();
        FloatBuffer out = target.data();
        for (int i = 0; i < outer; i++) {
            out.put(
                    (i * target.dimension(axis) + to) * inner,
                    in,
                    (i * source.dimension(axis) + from) * inner,
                    count * inner);
        }
    }

    static void copyFrame(Tensor video, int frame, Tensor target) {
        int plane = video.dimension(3) * video.dimension(4);
        for (int channel = 0; channel < video.dimension(1); channel++) {
            int from = (channel * video.dimension(2) + frame) * plane;
            target.data().put(channel * plane, video.data(), from, plane);
        }
    }

    /**
     * Fades from the end of {@code before} into {@code after}, which is changed in place.
     *
     * @param first where in {@code after} the overlap starts
     * @param extent of the overlap; less where {@code after} is shorter
     */
    static void blend(Tensor before, Tensor after, int axis, int first, int extent) {
        int length = before.dimension(axis);
        int fading = Math.min(extent, after.dimension(axis) - first);
        int inner = inner(after, axis);
        int outer = after.size() / (inner * after.dimension(axis));
        FloatBuffer a = before.data();
        FloatBuffer b = after.data();
        for (int i = 0; i < outer; i++) {
            for (int place = 0; place < fading; place++) {
                float weight = (float) ((double) place / fading);
                float rest = (float) (1 - (double) place / fading);
                int in = (i * length + length - fading + place) * inner;
                int out = (i * after.dimension(axis) + first + place) * inner;
                for (int j = 0; j < inner; j++) {
                    b.put(out + j, a.get(in + j) * rest + b.get(out + j) * weight);
                }
            }
        }
    }

    private static int inner(Tensor tensor, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < tensor.rank(); i++) {
            inner *= tensor.dimension(i);
        }
        return inner;
    }
}
