package org.clusca.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.Parameter;
import org.clusca.api.model.Model;
import org.clusca.engine.CalibrationRun;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.OutputFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fits a policy to a model. */
@Command(
        name = "calibrate",
        sortOptions = false,
        description = {
            "Fits a policy to a model by one generation without a cache, and writes what it found to a file.",
            "The policy takes it as file=FILE. The file is good for the model and the number of steps that it was made with; for others it is refused."
        },
        footer = {
            "",
            "Examples:",
            "  clusca calibrate --policy xslim --class owl",
            "  clusca generate --policy xslim:file=xslim.json --class rocket",
            "  clusca calibrate --policy hyca:interval=4,groups=4 --class owl rocket --out hyca4.json",
            "  clusca calibrate --policy xslim:threshold=2 --model FLUX.1-dev --prompt 'a red fox in the snow' --steps 28"
        })
final class CalibrateCommand implements Callable<Integer> {
    @Option(
            names = "--policy",
            paramLabel = "TAG",
            required = true,
            description =
                    "What to calibrate, with how: xslim or hyca, and what 'clusca list --policies' says of calibrating it, as in hyca:interval=4.")
    private String policy = "";

    @Mixin private SubjectOptions subject = new SubjectOptions();
    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The calibration file. Default: the policy's name and .json.")
    private @Nullable Path out;

    private final Console console;

    CalibrateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        subject.read();
        Clusca clusca = Clusca.create();
        clusca.calibrator(policy);
        String name = Tag.parse(policy).name();
        Path file = out == null ? Path.of(name + ".json") : out;
        OutputFile.checkWritable(file);
        try (Pipeline pipeline = models.open(clusca, models.path())) {
            Model model = pipeline.model();
            Request.Builder builder = Request.builder();
            sampling.apply(builder, clusca, pipeline, model.defaultSteps());
            sizes.apply(builder, model);
            subject.apply(builder, model, sizes.size());
            CalibrationRun.Made made;
            try (StepProgress progress =
                    new StepProgress(console, "calibrate", builder.build().steps())) {
                builder.listener(done -> progress.step(done.step().kind()));
                made = clusca.calibrate(pipeline, policy, builder.build());
            }
            Interruption.writing(() -> made.file().write(file));
            print(made, file);
        }
        return 0;
    }

    private void print(CalibrationRun.Made made, Path file) {
        made.warnings().forEach(console::warn);
        made.summary().forEach(console.out()::println);
        console.out()
                .printf(
                        Locale.ROOT,
                        "model       %s, %d steps, %s, guidance %s%n",
                        made.file().on().model(),
                        made.file().on().steps(),
                        made.file().on().scheduler(),
                        Parameter.format(made.file().on().guidance()));
        console.out().println("wrote " + file);
        Tag tag = new Tag(made.file().policy(), Map.of()).with("file", file.toString());
        console.out().println("use it as --policy \"" + tag + "\"");
    }
}
