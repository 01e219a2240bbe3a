package org.clusca.examples;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.metric.Psnr;

/**
 * How near policies come to the full computation on the embedded model, each compared with the
 * first one picture by picture: whether a part of a policy helps shows in the difference long
 * before it shows in the means. Prints a table in Markdown. Arguments: the number of pictures, then
 * tags. One of each class, seeds from 7000.
 */
public final class ComparePolicies {
    /** Pictures of one request. */
    private static final int TOGETHER = 4;

    private static final int SEED = 7000;

    /**
     * @param pictures PSNR of each in dB
     * @param latents the same of latents, by a range of 1
     */
    private record Likeness(double[] pictures, double[] latents, double operations) {}

    private final Pipeline pipeline;
    private final int pictures;
    private final List<Generated> full = new ArrayList<>();

    private ComparePolicies(Pipeline pipeline, int pictures) {
        this.pipeline = pipeline;
        this.pictures = pictures;
    }

    public static void main(String[] args) {
        Clusca clusca = Clusca.create();
        List<String> tags = Arrays.asList(args).subList(1, args.length);
        List<CachePolicy> policies = tags.stream().map(clusca::policy).toList();
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            new ComparePolicies(pipeline, Integer.parseInt(args[0])).run(policies);
        }
    }

    private void run(List<CachePolicy> policies) {
        for (int first = 0; first < pictures; first += TOGETHER) {
            full.add(generate(first, NoCache.INSTANCE));
        }
        System.out.println(
                "| policy | operations | PSNR dB | against the first | latents dB | against the first |\n"
                        + "|---|---|---|---|---|---|");
        Likeness base = null;
        for (CachePolicy policy : policies) {
            Likeness own = likeness(policy);
            base = base == null ? own : base;
            System.out.printf(
                    Locale.ROOT,
                    "| `%s` | %.3f | %.2f | %s | %.2f | %s |%n",
                    policy.tag(),
                    own.operations(),
                    StatUtils.mean(own.pictures()),
                    Gain.of(own.pictures(), base.pictures()),
                    StatUtils.mean(own.latents()),
                    Gain.of(own.latents(), base.latents()));
        }
    }

    private Likeness likeness(CachePolicy policy) {
        double[] psnr = new double[pictures];
        double[] latents = new double[pictures];
        double flops = 0;
        double all = 0;
        for (int first = 0; first < pictures; first += TOGETHER) {
            Generated exact = full.get(first / TOGETHER);
            Generated own = generate(first, policy);
            List<BufferedImage> shown = Pictures.of(own.pictures());
            List<BufferedImage> wanted = Pictures.of(exact.pictures());
            for (int i = 0; first + i < Math.min(pictures, first + TOGETHER); i++) {
                psnr[first + i] = Psnr.of(shown.get(i), wanted.get(i));
                latents[first + i] = Psnr.of(row(own.latents(), i), row(exact.latents(), i), 1);
            }
            flops += own.report().flops();
            all += exact.report().flops();
        }
        return new Likeness(psnr, latents, flops / all);
    }

    private static Tensor row(Tensor tensor, int row) {
        return tensor.rows(row, row + 1);
    }

    private Generated generate(int first, CachePolicy policy) {
        int classes = pipeline.model().conditioner().classes().size();
        String[] conditions =
                IntStream.range(first, Math.min(pictures, first + TOGETHER))
                        .mapToObj(picture -> Integer.toString(picture % classes))
                        .toArray(String[]::new);
        return pipeline.generate(
                Request.builder().conditions(conditions).seed(SEED + first).policy(policy).build());
    }
}
