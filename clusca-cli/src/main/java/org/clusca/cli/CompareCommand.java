package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Compute;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.OutputFile;
import org.clusca.io.PngWriter;
import org.clusca.report.Kind;
import org.clusca.report.PictureText;
import org.clusca.report.ProvenanceJson;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The same pictures or videos under several policies. */
@Command(
        name = "compare",
        sortOptions = false,
        description = {
            "Generates the same pictures or videos under several policies and compares time and likeness.",
            "All start from the same noise and go on step by step in turn; the full computation ('none') is the reference.",
            "Of videos it makes one with the policies side by side, and compares frame by frame."
        },
        footer = {
            "",
            "Examples:",
            "  clusca compare --class sunflower",
            "  clusca compare --policies none,fora,taylorseer,clusca,balanced --class rocket --count 16 --json table.json",
            "  clusca compare --policies clusca:interval=5,clusca:interval=8,clusters=32 --class owl",
            "  clusca compare --policies clusca --class panda --show-clusters --cluster-steps 3,20,44",
            "  clusca compare --model FLUX.1-dev --prompt 'a red fox in the snow' --policies clusca --show-clusters",
            "  clusca compare --model HunyuanVideo --prompt 'a red fox in the snow' --frames 61 --policies taylorseer,clusca --out foxes.mp4"
        })
final class CompareCommand implements Callable<Integer> {
    private static final String POLICIES = "none,fora,taylorseer,clusca,balanced";

    @Mixin private PoliciesOption policies = new PoliciesOption();
    @Mixin private SubjectOptions subject = new SubjectOptions();
    @Mixin private ModelOptions models = new ModelOptions();
    @Mixin private SizeOptions sizes = new SizeOptions();
    @Mixin private SamplingOptions sampling = new SamplingOptions();
    @Mixin private VideoOptions videos = new VideoOptions();
    @Mixin private CacheOptions cache = new CacheOptions();
    @Mixin private ComputeOption compute = new ComputeOption();
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
            videos.apply(builder, model);
            subject.apply(builder, model, sizes.size());
            List<CacheChoice> chosen = chosen(clusca, pipeline, builder);
            chosen.forEach(choice -> pipeline.check(choice.apply(builder).build()));
            boolean video = Kind.ofVideos(model);
            Path out =
                    outputs.out(
                            "compare-"
                                    + Subject.stem(model, subject.labels(model))
                                    + "-"
                                    + sampling.seed()
                                    + (video ? ".mp4" : ".png"));
            List<String> tags = chosen.stream().map(CacheChoice::tag).toList();
            SideBySide sideBySide = video ? sideBySide(pipeline, builder.build(), out, tags) : null;
            if (!video) {
                PngWriter.checkWritable(out);
            }
            latentFiles(chosen.size(), chosen).forEach(OutputFile::checkWritable);
            builder.keepLatents(outputs.latents() != null);
            List<Request> requests =
                    chosen.stream().map(choice -> choice.apply(builder).build()).toList();
            try (sideBySide) {
                PolicyRuns policyRuns = new PolicyRuns(console, pipeline, requests, sideBySide);
                List<Generated> runs = policyRuns.run();
                finish(
                        model,
                        spec(model, runs.get(0)),
                        chosen,
                        runs,
                        Compared.of(runs, policyRuns.loadSeconds(), sideBySide),
                        policyRuns.traces(),
                        out,
                        sideBySide);
            }
        }
        return 0;
    }

    /** The full computation in float32 first, which is the reference. */
    private List<CacheChoice> chosen(Clusca clusca, Pipeline pipeline, Request.Builder builder) {
        List<CachePolicy> asked =
                policies.withReference(
                        clusca,
                        POLICIES,
                        pipeline.model(),
                        pipeline.spec(builder.build()),
                        console);
        Set<CacheChoice> chosen = new LinkedHashSet<>();
        chosen.add(cache.choose(pipeline, builder, asked.get(0), Compute.FLOAT32));
        for (Compute type : compute.several()) {
            asked.forEach(policy -> chosen.add(cache.choose(pipeline, builder, policy, type)));
        }
        return List.copyOf(chosen);
    }

    /** Refuses what could not be written. */
    private SideBySide sideBySide(Pipeline pipeline, Request request, Path out, List<String> tags) {
        if (clusters.show()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "--show-clusters draws on pictures; leave it out for videos.");
        }
        Map<String, String> text = new LinkedHashMap<>(PictureText.of(request, pipeline));
        text.put("policy", String.join(" ", tags));
        VideoOutput output =
                new VideoOutput(
                        out,
                        request.images(),
                        VideoShape.of(request, pipeline.model()),
                        videos.framesPerSecond(),
                        text);
        output.check();
        return new SideBySide(output, tags);
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
            Path out,
            @Nullable SideBySide videos) {
        Map<String, Object> written =
                videos == null ? Map.of("out", out.toString()) : videos.output().json();
        BufferedImage picture = videos == null ? picture(model, spec, rows, traces) : null;
        Map<String, String> text = new LinkedHashMap<>(PictureText.of(rows.get(0).report(), model));
        text.put("policy", rows.stream().map(Compared::policy).collect(Collectors.joining(" ")));
        Interruption.writing(
                () -> {
                    if (picture != null) {
                        PngWriter.write(out, picture, text);
                    }
                    List<Path> files = latentFiles(runs.size(), chosen);
                    for (int i = 0; i < files.size(); i++) {
                        LatentsFile.write(files.get(i), runs.get(i));
                    }
                    json.write(console, object(rows, model, written));
                });
        rows.forEach(row -> row.report().warnings().forEach(console::warn));
        ComparedTable.print(json.summary(console), rows);
        json.summary(console).println("wrote " + (videos == null ? out : videos.summary()));
    }

    private BufferedImage picture(
            Model model, TransformerSpec spec, List<Compared> rows, List<ClusterTrace> traces) {
        ComparisonSheet sheet =
                new ComparisonSheet(
                        rows.get(0).pictures().get(0), spec.gridWidth(), clusters.show());
        for (int i = 0; i < rows.size(); i++) {
            sheet.add(rows.get(i));
            if (clusters.show() && !traces.get(i).steps().isEmpty()) {
                sheet.addClusters(rows.get(i), traces.get(i), clusters.steps(traces.get(i)));
            }
        }
        return sheet.picture(labels(model));
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
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String policy = chosen.get(i).name();
            Path file = Beside.marked(given, "-" + policy);
            files.add(files.contains(file) ? Beside.marked(given, "-" + policy + i) : file);
        }
        return files;
    }

    private static Map<String, Object> object(
            List<Compared> rows, Model model, Map<String, Object> written) {
        Map<String, Object> object = ProvenanceJson.of(rows.get(0).report().provenance(), model);
        object.putAll(written);
        object.put("policies", rows.stream().map(Compared::json).toList());
        return object;
    }
}
