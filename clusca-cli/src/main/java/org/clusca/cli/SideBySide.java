package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.io.ContactSheet;
import org.clusca.io.FrameSink;
import org.clusca.io.Pictures;

/**
 * The videos of several policies next to each other, the first of them the reference. All are
 * decoded frame by frame in turn, so that memory does not grow with the number of frames.
 */
final class SideBySide implements AutoCloseable {
    private final VideoOutput output;
    private final List<String> titles;
    private final List<BufferedImage> row = new ArrayList<>();
    private final List<VideoQuality> qualities = new ArrayList<>();
    private final double[] seconds;

    /**
     * @param titles of the policies
     */
    SideBySide(VideoOutput output, List<String> titles) {
        this.output = output;
        this.titles = titles;
        titles.forEach(title -> qualities.add(new VideoQuality(output.shape().frames())));
        seconds = new double[titles.size()];
    }

    /** Takes the frames of one policy; each ends its turn. */
    FrameSink sink(int policy, Interleaved.Turn turn, StepProgress progress) {
        return (index, rgb) -> {
            long start = System.nanoTime();
            add(policy, index, rgb);
            progress.frame();
            turn.end();
            seconds[policy] += (System.nanoTime() - start) / 1e9;
        };
    }

    private void add(int policy, int index, Tensor rgb) {
        if (policy != row.size()) {
            throw new IllegalStateException(
                    "Frame " + index + " of policy " + policy + " came out of turn");
        }
        row.add(Pictures.of(rgb.reshape(1, 3, rgb.dimension(1), rgb.dimension(2))).get(0));
        qualities.get(policy).add(index, row.get(policy), row.get(0));
        if (row.size() == titles.size()) {
            output.add(index, ContactSheet.captioned(List.of(row), List.of(), titles));
            row.clear();
        }
    }

    /** What a policy's frames took after they were decoded, and the turns of the others. */
    double secondsBesideDecoding(int policy) {
        return seconds[policy];
    }

    VideoQuality quality(int policy) {
        return qualities.get(policy);
    }

    VideoOutput output() {
        return output;
    }

    String summary() {
        return titles.size() + " policies side by side in " + output.summary();
    }

    @Override
    public void close() {
        output.close();
    }
}
