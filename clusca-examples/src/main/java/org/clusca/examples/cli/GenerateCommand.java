package org.clusca.examples.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.OutputFile;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Classes to pictures. */
@Command(
        name = "generate",
        sortOptions = false,
        description = "Generates pictures of classes, and reports what was computed.",
        footer = {
            "",
            "Examples:",
            "  clusca generate --class sunflower",
            "  clusca generate --class cat-face dog-face --count 4 --seed 7 --out pets.png",
            "  clusca generate --class 40 --policy none --json report.json",
            "  clusca generate --class rocket --policy clusca:interval=5,clusters=16,order=1",
            "  clusca generate --model DiT-XL-2-256 --class 'golden retriever' --steps 30"
        })
final class GenerateCommand implements Callable<Integer> {
    @Mixin private SubjectOptions subject = new SubjectOptions();
    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private ClustererOption clusterer = new ClustererOption();
    @Mixin private OutputOptions outputs = new OutputOptions();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
            names = "--policy",
            paramLabel = "TAG",
            defaultValue = "clusca",
            description =
                    "NAME or NAME:key=value,..., one of 'clusca list --policies'; none computes everything. Default: ${DEFAULT-VALUE}.")
    private String policy = "clusca";

    private final Console console;

    GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Clusca clusca = Clusca.create();
        json.checkWritable();
        try (Pipeline pipeline = models.open(clusca, models.path())) {
            Request.Builder builder = Request.builder().policy(clusterer.policy(clusca, policy));
            sampling.apply(builder, clusca, pipeline, 50);
            subject.apply(builder, pipeline.model());
            builder.keepLatents(outputs.latents() != null);
            pipeline.check(builder.build());
            Path out = outputs.out(subject.stem(pipeline.model()) + "-" + sampling.seed() + ".png");
            PngWriter.checkWritable(out);
            if (outputs.latents() != null) {
                OutputFile.checkWritable(outputs.latents());
            }
            double loadSeconds = Loading.prepare(pipeline, builder.build().policy());
            Generated generated;
            try (StepProgress progress =
                    new StepProgress(console, "generate", builder.build().steps())) {
                generated =
                        pipeline.generate(
                                builder.listener(done -> progress.step(done.step().kind()))
                                        .build());
            }
            finish(pipeline, generated, out, outputs.latents(), loadSeconds);
        }
        return 0;
    }

    private void finish(
            Pipeline pipeline,
            Generated generated,
            Path out,
            @Nullable Path latents,
            double loadSeconds) {
        Report report = generated.report();
        List<BufferedImage> pictures = Pictures.of(generated.pictures());
        BufferedImage sheet = Sheet.of(pictures, subject.labels(pipeline.model()));
        Map<String, Object> object = ReportJson.of(report);
        object.put("loadSeconds", loadSeconds);
        object.put("out", out.toString());
        Interruption.writing(
                () -> {
                    PngWriter.write(out, sheet, PngText.of(report));
                    if (latents != null) {
                        LatentsFile.write(latents, generated);
                    }
                    json.write(console, object);
                });
        report.warnings().forEach(console::warn);
        Summary.print(json.summary(console), report, loadSeconds);
        BufferedImage first = pictures.get(0);
        json.summary(console)
                .println(
                        "wrote "
                                + out
                                + ": "
                                + (pictures.size() == 1
                                        ? "a picture"
                                        : pictures.size() + " pictures")
                                + " of "
                                + first.getWidth()
                                + "x"
                                + first.getHeight());
    }
}
