package org.clusca.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Model;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.OutputFile;
import org.clusca.io.PngWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A grid of policies, schedulers and numbers of steps, as likeness over speed. */
@Command(
        name = "sweep",
        sortOptions = false,
        description = {
            "Generates the same pictures under every combination of policies, schedulers and numbers of steps, and plots likeness over speed.",
            "Fewer steps without any cache are always among them. Likeness is to the run of --steps without a cache, and to one of --limit-steps.",
            "Every cell is a line of a CSV file as soon as it is done: the same command goes on where it was stopped."
        },
        footer = {
            "",
            "Examples:",
            "  clusca sweep --count 1",
            "  clusca sweep --policies taylorseer:interval=3+4+5,order=1+2,clusca:interval=4+5 --class owl rocket --count 8",
            "  clusca sweep --policies fora,taylorseer --schedulers ddim,dpm-solver --steps 25 --out quarter.csv",
            "  clusca sweep --workers 2"
        })
final class SweepCommand implements Callable<Integer> {
    private static final String POLICIES =
            "fora:interval=2+3+4+5,taylorseer:interval=3+4+5+6,order=1+2,clusca:interval=4+5+6,order=1+2,toca,duca,output:interval=3+4+5+6";

    /** Numbers of steps that are set against caching, as shares of the reference's. */
    private static final double[] FEWER = {0.16, 0.2, 0.24, 0.28, 0.34, 0.4, 0.5, 0.66};

    @Option(
            names = "--policies",
            paramLabel = "TAG,TAG,...",
            description =
                    "Policies; a parameter may have several values, as in taylorseer:interval=3+4+5,order=1+2. Default: ${DEFAULT-VALUE}.",
            defaultValue = POLICIES)
    private String tags = POLICIES;

    @Option(
            names = "--schedulers",
            paramLabel = "NAME,NAME,...",
            split = ",",
            description = "Under which schedulers the policies run. Default: --scheduler.")
    private List<String> schedulers = new ArrayList<>();

    @Option(
            names = "--fewer-steps",
            paramLabel = "N,N,...",
            split = ",",
            description =
                    "Numbers of steps without a cache that the policies are set against. Default: 16 to 66 %% of --steps.")
    private List<Integer> fewer = new ArrayList<>();

    @Option(
            names = "--limit-steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "Steps of the second reference. Default: ${DEFAULT-VALUE}.")
    private int limitSteps;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "4",
            description = "Pictures generated at once. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Mixin private SubjectOptions subject = new SubjectOptions();
    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private ComputeOption compute = new ComputeOption();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "sweep.csv",
            description =
                    "The CSV file; the plot and a folder of references lie beside it. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("sweep.csv");

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Processes that run cells side by side. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "Run the workers on a Spark cluster, spark://HOST:PORT, whose machines share the folder of --out; needs clusca-spark on the class path.")
    private @Nullable String master;

    @Option(names = "--share", hidden = true)
    private @Nullable String share;

    @Spec private CommandSpec spec;

    private final Console console;

    SweepCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Positive.require("--batch", batch);
        Positive.require("--workers", workers);
        Positive.require("--limit-steps", limitSteps);
        Clusca clusca = Clusca.create();
        OutputFile.checkWritable(out);
        PngWriter.checkWritable(Beside.ending(out, ".png"));
        try (Pipeline pipeline = models.open(clusca, models.path())) {
            Model model = pipeline.model();
            Request.Builder builder = Request.builder();
            sampling.apply(builder, clusca, pipeline, model.defaultSteps());
            sizes.apply(builder, model);
            subject.applyOrAll(builder, model, sizes.size());
            Request base = builder.build();
            List<String> conditions =
                    base.conditions().stream()
                            .flatMap(each -> Collections.nCopies(base.count(), each).stream())
                            .toList();
            String name = name(pipeline, base, conditions);
            SweepRunner runner =
                    new SweepRunner(
                            clusca,
                            pipeline,
                            base.toBuilder().count(1).build(),
                            conditions,
                            batch,
                            limitSteps,
                            compute.one(),
                            references(name));
            List<SweepCell> cells = cells(clusca, pipeline, base, runner);
            SweepFile file = new SweepFile(out, name);
            run(runner, file, cells);
            if (share == null) {
                finish(file.read());
            }
        }
        return 0;
    }

    /** Those of another sweep, whose file is gone, are not taken for this one's. */
    private Path references(String name) {
        String own = Integer.toHexString((name + " batch " + batch).hashCode());
        return Beside.ending(out, ".references").resolve(own);
    }

    /** What every line of the file is of: other pictures cannot be set beside them. */
    private String name(Pipeline pipeline, Request base, List<String> conditions) {
        return pipeline.origin().fingerprint().substring(0, 8)
                + " "
                + compute.one().marked(pipeline.model().name())
                + " steps "
                + base.steps()
                + " limit "
                + limitSteps
                + " seed "
                + base.seed()
                + " guidance "
                + (base.guidance().isPresent() ? base.guidance().getAsDouble() : "default")
                + (base.negativePrompt().isEmpty() ? "" : " not " + base.negativePrompt())
                + (base.scheduler() == null ? "" : " under " + base.scheduler().name())
                + " weights "
                + pipeline.origin().weights().word()
                + " size "
                + base.size()
                + " pictures "
                + conditions.size()
                + " of "
                + Integer.toHexString(conditions.hashCode());
    }

    /** The grid; refuses a policy that the model cannot run before anything is generated. */
    private List<SweepCell> cells(
            Clusca clusca, Pipeline pipeline, Request base, SweepRunner runner) {
        Model model = pipeline.model();
        Set<SweepCell> cells = new LinkedHashSet<>();
        Scheduler asked = base.scheduler();
        String own = (asked == null ? pipeline.defaultScheduler() : asked).name();
        List<String> under = schedulers.isEmpty() ? List.of(own) : schedulers;
        for (String tag : Tag.split(tags)) {
            for (String one : SweepCell.expand(tag)) {
                String policy = clusca.policy(one, model).tag();
                under.forEach(each -> cells.add(new SweepCell(policy, each, base.steps())));
            }
        }
        List<SweepCell> policies = List.copyOf(cells);
        policies.forEach(runner::check);
        Set<String> rivals = new LinkedHashSet<>(under);
        rivals.add(own);
        List.of("ddim", "dpm-solver").stream()
                .filter(each -> runs(runner, new SweepCell("none", each, base.steps())))
                .forEach(rivals::add);
        for (String rival : rivals) {
            steps(base.steps()).forEach(steps -> cells.add(new SweepCell("none", rival, steps)));
        }
        return List.copyOf(cells);
    }

    private static boolean runs(SweepRunner runner, SweepCell cell) {
        try {
            runner.check(cell);
            return true;
        } catch (CluscaException e) {
            // a scheduler of another process than the model's is no rival
            return false;
        }
    }

    private List<Integer> steps(int most) {
        if (!fewer.isEmpty()) {
            return fewer;
        }
        List<Integer> steps = new ArrayList<>();
        for (double part : FEWER) {
            int count = (int) Math.max(1, Math.round(part * most));
            if (!steps.contains(count)) {
                steps.add(count);
            }
        }
        return steps;
    }

    private void run(SweepRunner runner, SweepFile file, List<SweepCell> cells) {
        Set<SweepCell> done = new LinkedHashSet<>();
        file.read().forEach(result -> done.add(result.cell()));
        List<SweepCell> left = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            if (!done.contains(cells.get(i)) && mine(i)) {
                left.add(cells.get(i));
            }
        }
        if (share != null) {
            left.forEach(cell -> file.add(runner.run(cell)));
            return;
        }
        try (Progress progress =
                new Progress(console, "references", "batch", 2 * runner.batches())) {
            runner.prepare(progress);
        }
        try (Progress progress = new Progress(console, "sweep", "cell", left.size())) {
            if (master != null || workers > 1 && left.size() > 1) {
                int[] before = {file.read().size()};
                SweepWorkers work =
                        new SweepWorkers(
                                spec.commandLine().getParent().getParseResult().originalArgs(),
                                workers);
                work.run(
                        master,
                        () -> file.read().size(),
                        now -> {
                            for (; before[0] < now; before[0]++) {
                                progress.advance("");
                            }
                        });
                return;
            }
            for (SweepCell cell : left) {
                SweepResult result = runner.run(cell);
                Interruption.writing(() -> file.add(result));
                progress.advance(cell.toString());
            }
        }
    }

    /** Workers take turns at the cells of the whole grid, whatever of it is done. */
    private boolean mine(int index) {
        if (share == null) {
            return true;
        }
        String[] parts = share.split("/");
        return index % Integer.parseInt(parts[1]) == Integer.parseInt(parts[0]);
    }

    private void finish(List<SweepResult> results) {
        Interruption.writing(
                () ->
                        PngWriter.write(
                                Beside.ending(out, ".png"),
                                SweepPlot.of(results),
                                Map.of("policy", "sweep")));
        SweepTable.print(console.out(), results);
        console.out().println("wrote " + out + " and " + Beside.ending(out, ".png"));
    }
}
