package org.clusca.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Memory;
import org.clusca.engine.MemoryPlan;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.OutputFile;
import org.clusca.report.Kind;
import org.clusca.report.PictureText;
import org.clusca.report.ReportJson;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Classes or prompts to pictures or videos. */
@Command(
        name = "generate",
        sortOptions = false,
        description =
                "Generates pictures or videos of classes or prompts, and reports what was computed.",
        footer = {
            "",
            "Examples:",
            "  clusca generate --class sunflower",
            "  clusca generate --class cat-face dog-face --count 4 --seed 7 --out pets.png",
            "  clusca generate --class 40 --policy none --json report.json",
            "  clusca generate --class rocket --policy clusca:interval=5,clusters=16,order=1",
            "  clusca generate --model DiT-XL-2-256 --class 'golden retriever' --steps 30",
            "  clusca generate --model FLUX.1-dev --prompt 'a red fox in the snow' --width 768 --height 512",
            "  clusca generate --model FLUX.1-schnell --prompts prompts.txt --cache-memory 4g",
            "  clusca generate --model HunyuanVideo --prompt 'a red fox in the snow' --frames 61 --width 960 --height 544 --fps 24 --out fox.mp4"
        })
final class GenerateCommand implements Callable<Integer> {
    @Mixin private SubjectOptions subject = new SubjectOptions();
    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private CacheOptions cache = new CacheOptions();
    @Mixin private ComputeOption compute = new ComputeOption();
    @Mixin private ClustererOption clusterer = new ClustererOption();
    @Mixin private VideoOptions videos = new VideoOptions();
    @Mixin private OutputOptions outputs = new OutputOptions();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
            names = "--policy",
            paramLabel = "TAG",
            description =
                    "NAME or NAME:key=value,..., one of 'clusca list --policies'; none computes everything. Default: balanced; clusca with --clusterer, taylorseer where the scheduler adds noise.")
    private @Nullable String policy;

    @Option(
            names = "--verbose",
            description =
                    "Say first what memory the generation needs, part by part; said of models with text encoders in any case.")
    private boolean verbose;

    private final Console console;

    GenerateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        subject.read();
        Clusca clusca = Clusca.create();
        json.checkWritable();
        try (Pipeline pipeline = models.open(clusca, models.path())) {
            Request.Builder builder = Request.builder();
            Model model = pipeline.model();
            sampling.apply(builder, clusca, pipeline, model.defaultSteps());
            sizes.apply(builder, model);
            videos.apply(builder, model);
            subject.apply(builder, model, sizes.size());
            builder.keepLatents(outputs.latents() != null);
            cache.choose(pipeline, builder, policy(clusca, pipeline, builder), compute.one())
                    .apply(builder);
            pipeline.check(builder.build());
            Output output = output(pipeline, builder.build());
            output.check();
            if (outputs.latents() != null) {
                OutputFile.checkWritable(outputs.latents());
            }
            if (verbose || !model.conditioner().encoders().isEmpty()) {
                MemoryPlan plan = pipeline.plan(builder.build());
                json.summary(console)
                        .println("needs about " + Memory.gib(plan.least()) + ": " + plan.parts());
            }
            Pipeline.Prepared prepared = pipeline.prepare(builder.build());
            Generated generated;
            try (output;
                    StepProgress progress =
                            new StepProgress(
                                    console,
                                    "generate",
                                    builder.build().steps(),
                                    output.frames())) {
                output.receive(builder, progress);
                builder.listener(done -> progress.step(done.step().kind()));
                generated = pipeline.generate(builder.build());
            }
            finish(model, generated, output, outputs.latents(), prepared);
        }
        return 0;
    }

    private CachePolicy policy(Clusca clusca, Pipeline pipeline, Request.Builder builder) {
        Request request = builder.build();
        return clusterer.policy(
                clusca,
                policy == null ? missing(pipeline, request) : policy,
                pipeline.model(),
                pipeline.spec(request),
                console);
    }

    /** The policy where none is asked for: never one that refuses what else is. */
    private String missing(Pipeline pipeline, Request request) {
        return clusterer.given() ? "clusca" : Clusca.usualPolicy(pipeline, request);
    }

    private Output output(Pipeline pipeline, Request request) {
        Model model = pipeline.model();
        String name = Subject.stem(model, subject.labels(model)) + "-" + sampling.seed();
        return Kind.ofVideos(model)
                ? new VideoOutput(
                        outputs.out(name + ".mp4"),
                        request.images(),
                        VideoShape.of(request, model),
                        videos.framesPerSecond(),
                        PictureText.of(request, pipeline))
                : new PictureOutput(outputs.out(name + ".png"), model, subject.labels(model));
    }

    private void finish(
            Model model,
            Generated generated,
            Output output,
            @Nullable Path latents,
            Pipeline.Prepared prepared) {
        Report report = generated.report();
        Map<String, Object> object = ReportJson.of(report, model);
        object.put("loadSeconds", prepared.loadSeconds());
        object.put("encodingSeconds", prepared.encodingSeconds());
        object.putAll(output.json());
        Interruption.writing(
                () -> {
                    output.write(generated);
                    if (latents != null) {
                        LatentsFile.write(latents, generated);
                    }
                    json.write(console, object);
                });
        report.warnings().forEach(console::warn);
        Summary.print(
                json.summary(console), !model.conditioner().encoders().isEmpty(), report, prepared);
        json.summary(console).println("wrote " + output.summary());
    }
}
