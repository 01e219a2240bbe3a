package org.clusca.examples;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.clusca.policy.ClusCa;

/** One picture, from code. Arguments: a model directory (default: the embedded model). */
public final class GenerateOne {
    private GenerateOne() {}

    public static void main(String[] args) {
        ClusCa policy = ClusCa.builder().interval(5).clusters(16).order(1).build();
        try (Pipeline pipeline =
                args.length > 0 ? Clusca.open(Path.of(args[0])) : Clusca.openEmbedded("emoji")) {
            Generated generated =
                    pipeline.generate(
                            Request.builder().conditions("40").seed(7).policy(policy).build());
            PngWriter.write(
                    Path.of("one.png"),
                    Pictures.of(generated.pictures()).get(0),
                    Map.of("policy", policy.tag()));
            System.out.printf(
                    Locale.ROOT,
                    "%.2f s, %d full steps%n",
                    generated.report().seconds(),
                    generated.report().count(StepKind.FULL));
        }
    }
}
