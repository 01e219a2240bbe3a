package org.clusca.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Model;
import org.clusca.engine.Compute;
import org.clusca.engine.Generated;
import org.clusca.engine.Memory;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.engine.PromptCache;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.report.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Seconds per kind of step. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Times full and cached steps under several policies.",
            "They go on step by step in turn; each time is given as a ratio to the full step of the plain network (policy 'none': one graph without any caching).",
            "With --random-weights, --model names an architecture (dit-s-2, dit-b-2, dit-l-2, dit-xl-2, or with patches of 4: dit-s-4, ...) and nothing needs to be downloaded.",
            "Of flux-dev (1024x1024) and hunyuan-video (5 frames of 960x544), which few machines hold, --blocks takes some double and single blocks at their real width, with random text states; what the whole would take is extrapolated below the table."
        },
        footer = {
            "",
            "Examples:",
            "  clusca bench",
            "  clusca bench --model dit-xl-2 --random-weights",
            "  clusca bench --model dit-xl-2 --random-weights --compute fp32,int8",
            "  clusca bench --model dit-s-2 --random-weights --batch 8 --policies none,taylorseer,clusca --repeat 3",
            "  clusca bench --model dit-xl-2 --random-weights --policies clusca --steps 3   (load time and memory)",
            "  clusca bench --model flux-dev --random-weights --blocks 1,2",
            "  clusca bench --model hunyuan-video --random-weights --width 480 --height 272 --cache-type bf16",
            "  clusca bench --model FLUX.1-dev --width 512 --height 512 --batch 1"
        })
final class BenchCommand implements Callable<Integer> {
    private static final String POLICIES = "none,clusca";

    private static final int STEPS = 11;

    /** Under the usual policies three or two full steps and cached ones. */
    private static final int SLICE_STEPS = 6;

    private static final int WARM_UP_STEPS = 3;

    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private PoliciesOption policies = new PoliciesOption();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private CacheOptions cache = new CacheOptions();
    @Mixin private ComputeOption compute = new ComputeOption();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
            names = "--random-weights",
            description = "Make the weights up; --model is then the name of an architecture.")
    private boolean randomWeights;

    @Option(
            names = "--blocks",
            paramLabel = "D,S",
            split = ",",
            description =
                    "With --random-weights, of flux-dev and hunyuan-video: so many double and single blocks at their real width. Default: 1,2.")
    private List<Integer> blocks = new ArrayList<>();

    @Option(
            names = "--batch",
            paramLabel = "B",
            description =
                    "Rows of the network's batch; with classes an even number is half as many pictures under guidance. Default: 2; 1 for a slice.")
    private @Nullable Integer batch;

    @Option(
            names = "--repeat",
            paramLabel = "R",
            defaultValue = "1",
            description = "Repetitions of all the steps. Default: ${DEFAULT-VALUE}.")
    private int repeat;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description =
                    "What to draw, for models of prompts. Makes no difference to the time of a step.")
    private @Nullable String prompt;

    private final Console console;
    private final List<Slice> slices;

    BenchCommand(Console console) {
        this(console, Slice.all());
    }

    BenchCommand(Console console, List<Slice> slices) {
        this.console = console;
        this.slices = slices;
    }

    @Override
    public Integer call() {
        Positive.require("--repeat", repeat);
        if (batch != null) {
            Positive.require("--batch", batch);
        }
        Clusca clusca = Clusca.create();
        policies.check(clusca, POLICIES);
        json.checkWritable();
        Optional<Slice> slice = models.name().flatMap(name -> Slice.named(name, slices));
        if (!blocks.isEmpty() && (slice.isEmpty() || !randomWeights)) {
            throw invalid(
                    "--blocks cuts a slice of "
                            + sliceNames()
                            + "; it goes with --random-weights and one of these for --model.");
        }
        if (!randomWeights) {
            if (slice.isPresent()
                    || models.name().filter(Architecture.names()::contains).isPresent()) {
                throw invalid(
                        models.name().orElseThrow()
                                + " names an architecture; add --random-weights to time it.");
            }
            bench(clusca, clusca.model(models.path()), null, 2, WARM_UP_STEPS, STEPS);
            return 0;
        }
        String name =
                models.name()
                        .orElseThrow(
                                () ->
                                        invalid(
                                                "--random-weights needs --model with one of "
                                                        + String.join(", ", Architecture.names())
                                                        + ", "
                                                        + sliceNames()
                                                        + "."));
        Architecture architecture = slice.isPresent() ? null : Architecture.named(name);
        int[] part = slice.isPresent() ? blocks() : new int[0];
        try (TemporaryFolder folder = new TemporaryFolder(console)) {
            console.err().println("making random weights in " + folder.path() + " ...");
            if (architecture != null) {
                Path file = RandomWeights.write(architecture, folder.path());
                bench(clusca, clusca.model(file), null, 2, WARM_UP_STEPS, STEPS);
            } else {
                Slice cut = slice.orElseThrow();
                Model model = cut.model(clusca, part[0], part[1], folder.path());
                // its steps are long
                bench(clusca, model, cut, 1, 1, SLICE_STEPS);
            }
        }
        return 0;
    }

    private String sliceNames() {
        return slices.stream().map(Slice::name).collect(Collectors.joining(", "));
    }

    /** Double and single blocks of a slice. */
    private int[] blocks() {
        if (blocks.isEmpty()) {
            return new int[] {1, 2};
        }
        if (blocks.size() != 2
                || blocks.stream().anyMatch(count -> count < 0)
                || blocks.get(0) + blocks.get(1) == 0) {
            throw invalid(
                    "--blocks must be the numbers of double and of single blocks, such as 1,2,"
                            + " found "
                            + blocks
                            + ".");
        }
        return new int[] {blocks.get(0), blocks.get(1)};
    }

    private static CluscaException invalid(String message) {
        return new CluscaException(ErrorCode.INVALID_PARAMETER, message);
    }

    /**
     * @param slice what the model is cut of; null for a whole one
     * @param usualRows of the batch where none are given
     */
    private void bench(
            Clusca clusca,
            Model model,
            @Nullable Slice slice,
            int usualRows,
            int warmUpSteps,
            int usualSteps) {
        try (Pipeline pipeline = models.open(clusca, model)) {
            Request.Builder builder = Request.builder().decode(false);
            sampling.apply(builder, clusca, pipeline, usualSteps);
            sizes.apply(builder, model);
            builder.conditions(condition(model)).promptCache(new PromptCache(1));
            int rows = batch == null ? usualRows : batch;
            boolean twoRows = model.conditioner().classifierFree();
            boolean guided = twoRows && rows % 2 == 0;
            builder.count(guided ? rows / 2 : rows);
            if (twoRows && !guided) {
                builder.guidance(1);
            }
            List<CachePolicy> asked =
                    policies.policies(
                            clusca, POLICIES, model, pipeline.spec(builder.build()), console);
            List<CacheChoice> chosen = new ArrayList<>();
            for (Compute type : compute.several()) {
                asked.forEach(policy -> chosen.add(cache.choose(pipeline, builder, policy, type)));
            }
            chosen.forEach(choice -> pipeline.check(choice.apply(builder).build()));
            List<Double> loadSeconds = new ArrayList<>();
            List<Long> peaks = new ArrayList<>();
            for (CacheChoice choice : chosen) {
                loadSeconds.add(
                        Loading.warmUp(
                                pipeline, choice.apply(builder).build(), warmUpSteps, false));
                peaks.add(ProcessMemory.peak());
            }
            List<List<Report>> reports = run(pipeline, builder, chosen);
            List<Benchmarked> results = new ArrayList<>();
            for (int i = 0; i < chosen.size(); i++) {
                results.add(
                        new Benchmarked(
                                chosen.get(i).policy().tag(),
                                chosen.get(i).compute(),
                                loadSeconds.get(i),
                                peaks.get(i),
                                reports.get(i)));
            }
            BenchReport report =
                    new BenchReport(
                            model.name(),
                            rows,
                            Memory.weights(model.transformer().weights()),
                            results,
                            slice == null
                                    ? null
                                    : slice.whole(clusca, pipeline.spec(builder.build()), rows));
            Interruption.writing(() -> json.write(console, report.json()));
            report.print(json.summary(console));
        }
    }

    /** Any class or prompt will do. */
    private String condition(Model model) {
        if (!Kind.ofClasses(model)) {
            return prompt == null ? "a red fox in the snow" : prompt;
        }
        if (prompt != null) {
            throw Subject.wantsClass(model);
        }
        return "0";
    }

    private List<List<Report>> run(
            Pipeline pipeline, Request.Builder builder, List<CacheChoice> chosen) {
        List<List<Report>> reports = new ArrayList<>();
        chosen.forEach(choice -> reports.add(new ArrayList<>()));
        int steps = builder.build().steps();
        try (StepProgress progress =
                new StepProgress(console, "bench", steps * chosen.size() * repeat)) {
            for (int repetition = 0; repetition < repeat; repetition++) {
                List<Function<ProgressListener, Request>> runs = new ArrayList<>();
                for (CacheChoice choice : chosen) {
                    runs.add(
                            turn ->
                                    choice.apply(builder)
                                            .listener(
                                                    done -> {
                                                        progress.step(done.step().kind());
                                                        turn.onStep(done);
                                                    })
                                            .build());
                }
                List<Generated> generated = Interleaved.run(pipeline, runs);
                for (int i = 0; i < generated.size(); i++) {
                    reports.get(i).add(generated.get(i).report());
                }
            }
        }
        return reports;
    }
}
