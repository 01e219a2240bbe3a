package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.metric.VideoComparison;

/** How near videos are to those of the full computation. */
final class VideoQuality {
    private final int framesEach;
    private final List<VideoComparison> videos = new ArrayList<>();

    VideoQuality(int framesEach) {
        this.framesEach = framesEach;
    }

    /**
     * @param index counted through all videos
     */
    void add(int index, BufferedImage frame, BufferedImage reference) {
        if (index % framesEach == 0) {
            videos.add(new VideoComparison());
        }
        videos.get(videos.size() - 1).add(frame, reference);
    }

    /** The means of all frames. */
    Quality mean() {
        return new Quality(
                VideoComparison.mean(all(VideoComparison::psnr)),
                VideoComparison.mean(all(VideoComparison::ssim)));
    }

    /** {@link VideoComparison#flicker}, the mean of all videos. */
    double flicker() {
        return VideoComparison.mean(videos.stream().map(VideoComparison::flicker).toList());
    }

    /** Frame by frame, those of several videos one after the other. */
    Map<String, Object> json() {
        // equal frames have no finite PSNR, and JSON no infinity
        List<Double> psnr = new ArrayList<>(all(VideoComparison::psnr));
        psnr.replaceAll(value -> Double.isFinite(value) ? value : null);
        return Map.of(
                "flicker",
                flicker(),
                "framePsnr",
                Collections.unmodifiableList(psnr),
                "frameSsim",
                all(VideoComparison::ssim));
    }

    private List<Double> all(Function<VideoComparison, List<Double>> figures) {
        return videos.stream().flatMap(video -> figures.apply(video).stream()).toList();
    }
}
