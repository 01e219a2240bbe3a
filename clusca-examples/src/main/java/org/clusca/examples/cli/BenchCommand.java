package org.clusca.examples.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Memory;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
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
            "With --random-weights, --model names an architecture (dit-s-2, dit-b-2, dit-l-2, dit-xl-2, or with patches of 4: dit-s-4, ...) and nothing needs to be downloaded."
        },
        footer = {
            "",
            "Examples:",
            "  clusca bench",
            "  clusca bench --model dit-xl-2 --random-weights",
            "  clusca bench --model dit-s-2 --random-weights --batch 8 --policies none,taylorseer,clusca --repeat 3",
            "  clusca bench --model dit-xl-2 --random-weights --policies clusca --steps 3   (load time and memory)",
            "  clusca bench --model FLUX.1-dev --width 512 --height 512 --batch 1"
        })
final class BenchCommand implements Callable<Integer> {
    private static final String POLICIES = "none,clusca";

    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private PoliciesOption policies = new PoliciesOption();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
            names = "--random-weights",
            description = "Make the weights up; --model is then the name of an architecture.")
    private boolean randomWeights;

    @Option(
            names = "--batch",
            paramLabel = "B",
            defaultValue = "2",
            description =
                    "Rows of the network's batch; with classes an even number is half as many pictures under guidance. Default: ${DEFAULT-VALUE}.")
    private int batch;

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

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        atLeastOne("--batch", batch);
        atLeastOne("--repeat", repeat);
        Clusca clusca = Clusca.create();
        List<CachePolicy> chosen = policies.policies(clusca, POLICIES);
        json.checkWritable();
        if (!randomWeights) {
            if (models.name().filter(Architecture.names()::contains).isPresent()) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        models.name().orElseThrow()
                                + " names an architecture; add --random-weights to time it.");
            }
            bench(clusca, chosen, models.path());
            return 0;
        }
        Architecture architecture =
                Architecture.named(
                        models.name()
                                .orElseThrow(
                                        () ->
                                                new CluscaException(
                                                        ErrorCode.INVALID_PARAMETER,
                                                        "--random-weights needs --model with one of "
                                                                + String.join(
                                                                        ", ", Architecture.names())
                                                                + ".")));
        try (TemporaryFolder folder = new TemporaryFolder(console)) {
            console.err().println("making random weights in " + folder.path() + " ...");
            bench(clusca, chosen, RandomWeights.write(architecture, folder.path()));
        }
        return 0;
    }

    private static void atLeastOne(String option, int value) {
        if (value < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    option + " must be at least 1, found " + value + ".");
        }
    }

    private void bench(Clusca clusca, List<CachePolicy> chosen, Path path) {
        try (Pipeline pipeline = models.open(clusca, path)) {
            Request.Builder builder = Request.builder().decode(false);
            sampling.apply(builder, clusca, pipeline, 11);
            Model model = pipeline.model();
            sizes.apply(builder, model);
            builder.conditions(condition(model));
            boolean twoRows = model.conditioner().unconditional().isPresent();
            boolean guided = twoRows && batch % 2 == 0;
            builder.count(guided ? batch / 2 : batch);
            if (twoRows && !guided) {
                builder.guidance(1);
            }
            chosen.forEach(policy -> pipeline.check(builder.policy(policy).build()));
            List<Double> loadSeconds = new ArrayList<>();
            List<Long> peaks = new ArrayList<>();
            for (CachePolicy policy : chosen) {
                loadSeconds.add(Loading.warmUp(pipeline, builder, policy));
                peaks.add(ProcessMemory.peak());
            }
            List<List<Report>> reports = run(pipeline, builder, chosen);
            List<Benchmarked> results = new ArrayList<>();
            for (int i = 0; i < chosen.size(); i++) {
                results.add(
                        new Benchmarked(
                                chosen.get(i).tag(),
                                loadSeconds.get(i),
                                peaks.get(i),
                                reports.get(i)));
            }
            report(pipeline, results);
        }
    }

    /** Any class or prompt will do. */
    private String condition(Model model) {
        if (!Subject.ofClasses(model)) {
            return prompt == null ? "a red fox in the snow" : prompt;
        }
        if (prompt != null) {
            throw Subject.wantsClass(model);
        }
        return "0";
    }

    private List<List<Report>> run(
            Pipeline pipeline, Request.Builder builder, List<CachePolicy> chosen) {
        List<List<Report>> reports = new ArrayList<>();
        chosen.forEach(policy -> reports.add(new ArrayList<>()));
        int steps = builder.build().steps();
        try (StepProgress progress =
                new StepProgress(console, "bench", steps * chosen.size() * repeat)) {
            for (int repetition = 0; repetition < repeat; repetition++) {
                List<Function<ProgressListener, Request>> runs = new ArrayList<>();
                for (CachePolicy policy : chosen) {
                    runs.add(
                            turn ->
                                    builder.policy(policy)
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

    private void report(Pipeline pipeline, List<Benchmarked> results) {
        Benchmarked reference =
                results.stream()
                        .filter(result -> result.policy().equals("none"))
                        .findFirst()
                        .orElse(results.get(0));
        double full = reference.fullSeconds();
        long weights = Memory.weights(pipeline.model().transformer().weights());
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", pipeline.model().name());
        object.put("batch", batch);
        object.put("weightBytes", weights);
        object.put("peakBytes", ProcessMemory.peak());
        object.put("fullStepSeconds", full);
        object.put(
                "policies", results.stream().map(result -> result.json(full, reference)).toList());
        Interruption.writing(() -> json.write(console, object));

        PrintStream out = json.summary(console);
        out.println(
                pipeline.model().name() + ", batch " + batch + ", weights " + Memory.gib(weights));
        Table table = new Table("policy", "", "count", "median s", "min s", "of full");
        results.forEach(result -> result.addTo(table, full));
        table.print(out);
        Table speed = new Table("policy", "faster", "fewer FLOPs", "faster / fewer FLOPs");
        for (Benchmarked result : results) {
            speed.row(
                    result.policy(),
                    Table.ratio(result.speedup(reference)),
                    Table.ratio(1 / result.flopsRatio(reference)),
                    Table.ratio(result.speedup(reference) * result.flopsRatio(reference)));
        }
        speed.print(out);
        Table loading = new Table("policy", "load s", "peak memory", "of weights", "feature cache");
        for (Benchmarked result : results) {
            loading.row(
                    result.policy(),
                    Table.seconds(result.loadSeconds()),
                    Memory.gib(result.peakBytes()),
                    Table.ratio((double) result.peakBytes() / weights),
                    Memory.gib(result.reports().get(0).cacheBytes()));
        }
        loading.print(out);
        long peak = ProcessMemory.peak();
        out.println("peak memory of the whole run " + Memory.gib(peak));
    }
}
