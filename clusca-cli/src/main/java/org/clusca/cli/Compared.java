package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.clusca.engine.Report;
import org.clusca.io.Pictures;
import org.clusca.report.ReportJson;
import org.jspecify.annotations.Nullable;

/**
 * One policy against the full computation.
 *
 * @param seconds of its own turns, loading not included
 * @param speedup how many times faster than the full computation
 * @param flopsRatio operations over those of the full computation
 * @param decodingSeconds of its own turns
 * @param quality null for the full computation itself
 * @param video frame by frame; null for pictures
 */
record Compared(
        Report report,
        List<BufferedImage> pictures,
        double loadSeconds,
        double seconds,
        double speedup,
        double flopsRatio,
        double decodingSeconds,
        @Nullable Quality quality,
        @Nullable VideoQuality video) {

    /**
     * Sets runs against the first of them.
     *
     * @param videos what became of their frames; null for pictures
     */
    static List<Compared> of(
            List<Generated> runs, List<Double> loadSeconds, @Nullable SideBySide videos) {
        List<Compared> all = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Report report = runs.get(i).report();
            List<BufferedImage> pictures = Pictures.of(runs.get(i).pictures());
            double waited = videos == null ? 0 : videos.secondsBesideDecoding(i);
            double seconds = Interleaved.seconds(report) - waited;
            Compared reference = all.isEmpty() ? null : all.get(0);
            VideoQuality video = videos == null ? null : videos.quality(i);
            all.add(
                    new Compared(
                            report,
                            pictures,
                            loadSeconds.get(i),
                            seconds,
                            reference == null ? 1 : reference.seconds() / seconds,
                            reference == null
                                    ? 1
                                    : (double) report.flops() / reference.report().flops(),
                            report.decodingSeconds() - waited,
                            reference == null
                                    ? null
                                    : video == null
                                            ? Quality.of(pictures, reference.pictures())
                                            : video.mean(),
                            video));
        }
        return all;
    }

    /** The policy and, where it is not the usual one, the type of computing. */
    String policy() {
        return report.provenance().compute().marked(report.provenance().policy());
    }

    long fullSteps() {
        return report.count(StepKind.FULL);
    }

    long cachedSteps() {
        return report.steps().size() - fullSteps();
    }

    /**
     * A letter for each step: F full, t tokens, p predicted, s trunk skipped, o output forecast, m
     * mixed.
     */
    String kinds() {
        return report.steps().stream()
                .map(
                        step ->
                                switch (step.kind()) {
                                    case FULL -> "F";
                                    case TOKENS -> "t";
                                    case PREDICTED -> "p";
                                    case SKIPPED -> "s";
                                    case OUTPUT -> "o";
                                    case MIXED -> "m";
                                })
                .collect(Collectors.joining());
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", report.provenance().policy());
        json.put("compute", report.provenance().compute().word());
        json.put("seconds", seconds);
        json.put("speedup", speedup);
        json.put("flops", report.flops());
        json.put("flopsRatio", flopsRatio);
        // equal pictures have no finite PSNR, and JSON no infinity
        json.put(
                "psnr", quality != null && Double.isFinite(quality.psnr()) ? quality.psnr() : null);
        json.put("ssim", quality == null ? 1 : quality.ssim());
        json.put("fullSteps", fullSteps());
        json.put("cachedSteps", cachedSteps());
        json.put("loadSeconds", loadSeconds);
        json.put("modulationSeconds", report.modulationSeconds());
        json.put("clusteringSeconds", report.clusteringSeconds());
        json.put("decodingSeconds", decodingSeconds);
        json.put("cacheBytes", report.cacheBytes());
        json.put("steps", ReportJson.steps(report));
        if (video != null) {
            json.putAll(video.json());
        }
        return json;
    }
}
