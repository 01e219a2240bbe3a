package org.clusca.examples.cli;

import java.awt.image.BufferedImage;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.OutputFile;
import org.clusca.io.PngWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The same pictures under several policies. */
@Command(
        name = "compare",
        sortOptions = false,
        description = {
            "Generates the same pictures under several policies and compares time and likeness.",
            "All start from the same noise and go on step by step in turn; the full computation ('none') is the reference."
        },
        footer = {
            "",
            "Examples:",
            "  clusca compare --class sunflower",
            "  clusca compare --policies none,fora,taylorseer,clusca --class rocket --count 16 --json table.json",
            "  clusca compare --policies clusca:interval=5,clusca:interval=8,clusters=32 --class owl",
            "  clusca compare --policies clusca --class panda --show-clusters --cluster-steps 3,20,44",
            "  clusca compare --model FLUX.1-dev --prompt 'a red fox in the snow' --policies clusca --show-clusters"
        })
final class CompareCommand implements Callable<Integer> {
    /** Under the usual policies two full steps and a cached one. */
    private static final int WARM_UP_STEPS = 3;

    private static final String POLICIES = "none,fora,taylorseer,clusca";

    @Mixin private PoliciesOption policies = new PoliciesOption();
    @Mixin private SubjectOptions subject = new SubjectOptions();
    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private CacheOptions cache = new CacheOptions();
    @Mixin private OutputOptions outputs = new OutputOptions();
    @Mixin private JsonOption json = new JsonOption();
    @Mixin private ClusterOptions clusters = new ClusterOptions();

    private final Console console;

    CompareCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        subject.read();
        Clusca clusca = Clusca.create();
        policies.check(clusca, POLICIES);
        json.checkWritable();
        try (Pipeline pipeline = models.open(clusca, models.path())) {
            Request.Builder builder = Request.builder();
            Model model = pipeline.model();
            sampling.apply(builder, clusca, pipeline, model.defaultSteps());
            sizes.apply(builder, model);
            subject.apply(builder, model, sizes.size());
            List<CacheChoice> chosen =
                    policies.withReference(clusca, POLICIES, model).stream()
                            .map(policy -> cache.choose(clusca, pipeline, builder, policy))
                            .toList();
            chosen.forEach(choice -> pipeline.check(choice.apply(builder).build()));
            Path out =
                    outputs.out(
                            "compare-"
                                    + Subject.stem(model, subject.labels(model))
                                    + "-"
                                    + sampling.seed()
                                    + ".png");
            PngWriter.checkWritable(out);
            latentFiles(chosen.size(), chosen).forEach(OutputFile::checkWritable);
            List<Double> loadSeconds = new ArrayList<>();
            for (CacheChoice choice : chosen) {
                loadSeconds.add(Loading.warmUp(pipeline, builder, choice, WARM_UP_STEPS));
            }
            builder.keepLatents(outputs.latents() != null);
            List<ClusterTrace> traces = new ArrayList<>();
            List<Generated> runs = run(pipeline, builder, chosen, traces);
            finish(
                    model,
                    spec(model, runs.get(0)),
                    chosen,
                    runs,
                    Compared.of(runs, loadSeconds),
                    traces,
                    out);
        }
        return 0;
    }

    private List<Generated> run(
            Pipeline pipeline,
            Request.Builder builder,
            List<CacheChoice> chosen,
            List<ClusterTrace> traces) {
        int steps = builder.build().steps();
        try (StepProgress progress = new StepProgress(console, "compare", steps * chosen.size())) {
            List<Function<ProgressListener, Request>> runs = new ArrayList<>();
            for (CacheChoice choice : chosen) {
                ClusterTrace trace =
                        new ClusterTrace(pipeline.model().transformer().spec().branches());
                traces.add(trace);
                runs.add(
                        turn ->
                                choice.apply(builder)
                                        .listener(
                                                done -> {
                                                    progress.step(done.step().kind());
                                                    trace.add(done);
                                                    turn.onStep(done);
                                                })
                                        .build());
            }
            return Interleaved.run(pipeline, runs);
        }
    }

    /** The network's shape at the size that was generated. */
    private TransformerSpec spec(Model model, Generated generated) {
        int[] latents = generated.latents().shape();
        int[] one = Arrays.copyOfRange(latents, 1, latents.length);
        int textTokens = model.conditioner().textTokens(Prompt.of(subject.labels(model).get(0)));
        return model.transformer().spec(one, textTokens);
    }

    private void finish(
            Model model,
            TransformerSpec spec,
            List<CacheChoice> chosen,
            List<Generated> runs,
            List<Compared> rows,
            List<ClusterTrace> traces,
            Path out) {
        ComparisonSheet sheet =
                new ComparisonSheet(
                        rows.get(0).pictures().get(0), spec.gridWidth(), clusters.show());
        for (int i = 0; i < rows.size(); i++) {
            sheet.add(rows.get(i));
            if (clusters.show() && !traces.get(i).steps().isEmpty()) {
                sheet.addClusters(rows.get(i), traces.get(i), clusters.steps(traces.get(i)));
            }
        }
        BufferedImage picture = sheet.picture(labels(model));
        Report first = rows.get(0).report();
        Map<String, String> text = new LinkedHashMap<>(PngText.of(first, model));
        text.put("policy", rows.stream().map(Compared::policy).collect(Collectors.joining(" ")));
        Interruption.writing(
                () -> {
                    PngWriter.write(out, picture, text);
                    List<Path> files = latentFiles(runs.size(), chosen);
                    for (int i = 0; i < files.size(); i++) {
                        LatentsFile.write(files.get(i), runs.get(i));
                    }
                    json.write(console, object(rows, model, out));
                });
        rows.forEach(row -> row.report().warnings().forEach(console::warn));
        print(json.summary(console), rows);
        json.summary(console).println("wrote " + out);
    }

    /** The class or prompt of every picture. */
    private List<String> labels(Model model) {
        return subject.labels(model).stream()
                .flatMap(label -> Collections.nCopies(subject.count(), label).stream())
                .toList();
    }

    /** {@code latents-clusca.safetensors} for {@code latents.safetensors}, one for each policy. */
    private List<Path> latentFiles(int count, List<CacheChoice> chosen) {
        @Nullable Path given = outputs.latents();
        if (given == null) {
            return List.of();
        }
        String name = given.getFileName().toString();
        int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String policy = chosen.get(i).name();
            Path file =
                    given.resolveSibling(
                            name.substring(0, dot) + "-" + policy + name.substring(dot));
            files.add(
                    files.contains(file)
                            ? given.resolveSibling(
                                    name.substring(0, dot) + "-" + policy + i + name.substring(dot))
                            : file);
        }
        return files;
    }

    private static Map<String, Object> object(List<Compared> rows, Model model, Path out) {
        Report first = rows.get(0).report();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", first.model());
        object.put("scheduler", first.scheduler());
        object.put(Subject.words(model), first.conditions());
        object.put("images", first.images());
        object.put("guidance", first.guidance());
        object.put("seed", first.seed());
        object.put("stepCount", first.steps().size());
        object.put("out", out.toString());
        object.put("policies", rows.stream().map(Compared::json).toList());
        return object;
    }

    private static void print(PrintStream out, List<Compared> rows) {
        Table table =
                new Table(
                        "policy",
                        "seconds",
                        "speedup",
                        "operations",
                        "ratio",
                        "PSNR dB",
                        "SSIM",
                        "full",
                        "cached");
        for (Compared row : rows) {
            Quality quality = row.quality();
            table.row(
                    row.policy(),
                    Table.seconds(row.seconds()),
                    String.format(Locale.ROOT, "%.2fx", row.speedup()),
                    Table.flops(row.report().flops()),
                    Table.ratio(row.flopsRatio()),
                    quality == null ? "-" : String.format(Locale.ROOT, "%.2f", quality.psnr()),
                    quality == null ? "-" : String.format(Locale.ROOT, "%.4f", quality.ssim()),
                    Long.toString(row.fullSteps()),
                    Long.toString(row.cachedSteps()));
        }
        table.print(out);
        out.println("steps (F full, t some tokens, p predicted, s skipped, m mixed)");
        Table kinds = new Table("", "");
        rows.forEach(row -> kinds.row(row.policy().split(":")[0], row.kinds()));
        kinds.print(out);
    }
}
