package org.clusca.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;
import org.clusca.Clusca;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cluster.Clusterer;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.EmbeddedModels;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.clusca.metric.Psnr;
import org.clusca.policy.ClusCa;

/**
 * What the choice of a clusterer does to ClusCa's pictures, on the embedded model: for several
 * settings, how near the pictures come to those of the full computation, compared picture by
 * picture with k-means. On one thread, so that the times are those of one core. Arguments: a folder
 * for {@code clusterers.csv} and {@code clusterers.png} (default: docs), and the number of pictures
 * (default: 48; it takes about a second of one core for each picture, setting and clusterer).
 */
public final class CompareClusterers {
    /** Pictures of one request. */
    private static final int TOGETHER = 4;

    /** Goes through the classes in an order that mixes them; shares no factor with their number. */
    private static final int STRIDE = 37;

    private static final int FIRST_CLASS = 5;

    /** One setting of ClusCa. */
    record Setting(int interval, int clusters, double propagation) {
        String words() {
            return String.format(
                    Locale.ROOT,
                    "interval %d%n%d clusters%npropagation %s",
                    interval,
                    clusters,
                    Double.toString(propagation));
        }
    }

    /**
     * @param psnr mean of the pictures
     * @param spread standard deviation of the pictures
     * @param gain mean difference to k-means, picture by picture
     * @param error standard error of that mean
     * @param milliseconds of one clustering of {@link #TOGETHER} pictures with guidance
     */
    record Result(
            Setting setting,
            String clusterer,
            double psnr,
            double spread,
            double gain,
            double error,
            double milliseconds) {}

    private record Measured(double[] psnr, double milliseconds) {}

    private static final List<Setting> SETTINGS =
            List.of(
                    new Setting(5, 16, 0.1),
                    new Setting(5, 16, 0.3),
                    new Setting(5, 32, 0.3),
                    new Setting(8, 16, 0.3));

    private final Pipeline pipeline;
    private final int requests;
    private final List<List<BufferedImage>> full = new ArrayList<>();

    private CompareClusterers(Pipeline pipeline, int pictures) {
        this.pipeline = pipeline;
        requests = (pictures + TOGETHER - 1) / TOGETHER;
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : "docs");
        int pictures = args.length > 1 ? Integer.parseInt(args[1]) : 48;
        Clusca clusca = Clusca.create();
        List<Clusterer> clusterers = new ArrayList<>();
        List.of("kmeans", "ward", "random").forEach(tag -> clusterers.add(clusca.clusterer(tag)));
        clusterers.addAll(TriedClusterers.all());
        try (Pipeline pipeline = clusca.open(EmbeddedModels.path("emoji"), 1)) {
            List<Result> results = new CompareClusterers(pipeline, pictures).run(clusterers);
            Files.writeString(folder.resolve("clusterers.csv"), csv(results));
            PngWriter.write(
                    folder.resolve("clusterers.png"),
                    ClustererChart.of(results),
                    Map.of("pictures", Integer.toString(pictures)));
        }
    }

    private List<Result> run(List<Clusterer> clusterers) {
        for (int request = 0; request < requests; request++) {
            full.add(Pictures.of(generate(request, NoCache.INSTANCE).pictures()));
        }
        List<Result> results = new ArrayList<>();
        for (Setting setting : SETTINGS) {
            Measured first = null;
            for (Clusterer clusterer : clusterers) {
                Measured measured = measure(setting, clusterer);
                first = first == null ? measured : first;
                Result result = result(setting, clusterer.tag(), measured, first);
                System.out.println(line(result));
                results.add(result);
            }
        }
        return results;
    }

    private Measured measure(Setting setting, Clusterer clusterer) {
        CachePolicy policy =
                ClusCa.builder()
                        .interval(setting.interval())
                        .clusters(setting.clusters())
                        .propagation(setting.propagation())
                        .clusterer(clusterer)
                        .build();
        double[] psnr = new double[requests * TOGETHER];
        double seconds = 0;
        long calls = 0;
        for (int request = 0; request < requests; request++) {
            Generated generated = generate(request, policy);
            List<BufferedImage> pictures = Pictures.of(generated.pictures());
            for (int i = 0; i < TOGETHER; i++) {
                psnr[request * TOGETHER + i] = Psnr.of(pictures.get(i), full.get(request).get(i));
            }
            seconds += generated.report().clusteringSeconds();
            calls += generated.report().count(StepKind.FULL);
        }
        return new Measured(psnr, 1000 * seconds / calls);
    }

    /** The seed is the number of the request, whatever the policy. */
    private Generated generate(int request, CachePolicy policy) {
        int classes = pipeline.model().conditioner().classes().size();
        String[] conditions = new String[TOGETHER];
        for (int i = 0; i < TOGETHER; i++) {
            conditions[i] =
                    Integer.toString(((request * TOGETHER + i) * STRIDE + FIRST_CLASS) % classes);
        }
        return pipeline.generate(
                Request.builder().conditions(conditions).seed(request).policy(policy).build());
    }

    private static Result result(
            Setting setting, String clusterer, Measured measured, Measured first) {
        Gain gain = Gain.of(measured.psnr(), first.psnr());
        return new Result(
                setting,
                clusterer,
                StatUtils.mean(measured.psnr()),
                Math.sqrt(StatUtils.variance(measured.psnr())),
                gain.mean(),
                gain.error(),
                measured.milliseconds());
    }

    private static String csv(List<Result> results) {
        StringBuilder csv =
                new StringBuilder(
                        "interval,clusters,propagation,clusterer,psnr,spread,gain,error,milliseconds\n");
        results.forEach(result -> csv.append(line(result)).append('\n'));
        return csv.toString();
    }

    private static String line(Result result) {
        Setting setting = result.setting();
        return String.format(
                Locale.ROOT,
                "%d,%d,%s,\"%s\",%.2f,%.2f,%.2f,%.2f,%.2f",
                setting.interval(),
                setting.clusters(),
                Double.toString(setting.propagation()),
                result.clusterer(),
                result.psnr(),
                result.spread(),
                result.gain(),
                result.error(),
                result.milliseconds());
    }
}
