package org.clusca.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.Registry;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.engine.Compute;
import org.clusca.engine.Memory;
import org.clusca.engine.MemoryPlan;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.WeightFormat;
import org.clusca.engine.WeightFormats;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.io.LocalModelDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model directory holds. */
@Command(
        name = "inspect",
        sortOptions = false,
        description = {
            "Says what a model directory holds, and what is missing or damaged.",
            "Also which adapter reads it and how much memory it needs. Loads nothing. The exit code is 1 when it cannot be used."
        },
        footer = {
            "",
            "Examples:",
            "  clusca inspect   (the model that ships)",
            "  clusca inspect ~/models/DiT-XL-2-256",
            "  clusca inspect DiT-XL-2-256x256.safetensors",
            "  clusca inspect --model FLUX.1-dev",
            "  clusca inspect --scan ~/models/DiT-XL-2-256   (reads every weight)"
        })
final class InspectCommand implements Callable<Integer> {
    private static final int SHOWN = 12;
    private static final String POLICY = "clusca";

    /** With or without the option's name. */
    private static final class Place {
        @Parameters(
                paramLabel = "DIR",
                description =
                        "The directory, one file of weights, or the name of an embedded model. Default: emoji.")
        private @Nullable String plain;

        @Option(names = "--model", paramLabel = "DIR", description = "The same.")
        private @Nullable String named;

        private Path path() {
            return ModelOptions.path(plain == null ? named : plain);
        }
    }

    @ArgGroup(multiplicity = "0..1")
    private Place place = new Place();

    @Option(names = "--scan", description = "Look through every weight for NaN and infinity.")
    private boolean scan;

    private final Console console;
    private Path path = Path.of("");
    private final List<String> problems = new ArrayList<>();

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PrintStream out = console.out();
        path = place.path();
        LocalModelDirectory directory = LocalModelDirectory.open(path);
        Clusca clusca = Clusca.create();
        out.println(path);
        components(out, directory);
        attempt(() -> model(out, clusca, directory));
        problems.stream().distinct().forEach(problem -> out.println("problem: " + problem));
        if (!problems.isEmpty()) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    path + " cannot be used as it is; what is wrong is listed above.");
        }
        out.println("nothing is missing");
        return 0;
    }

    private void attempt(Runnable look) {
        try {
            look.run();
        } catch (CluscaException e) {
            problems.add(e.getMessage().strip().replaceAll("\\s*\\R\\s*", " "));
        }
    }

    private void components(PrintStream out, LocalModelDirectory directory) {
        Table table = new Table("component", "parameters", "dtype", "size", "files");
        for (String folder : Component.folders(path)) {
            attempt(
                    () -> {
                        Component part = Component.read(directory, folder, scan);
                        boolean weights = part.parameters() > 0;
                        table.row(
                                folder.isEmpty() ? "file" : folder,
                                weights ? millions(part.parameters()) : "-",
                                weights ? String.join("+", part.dtypes()) : "-",
                                Memory.gib(part.bytes()),
                                shown(part.files(), " "));
                    });
        }
        table.print(out);
    }

    private void model(PrintStream out, Clusca clusca, LocalModelDirectory directory) {
        ModelFactory adapter = clusca.adapter(directory);
        out.println("adapter    " + adapter.name() + " (" + Registry.origin(adapter) + ")");
        Model model = adapter.open(directory);
        TransformerSpec spec =
                model.transformer()
                        .spec(
                                model.latentShape(Size.DEFAULT),
                                model.conditioner().textTokens(Prompt.of("")));
        int[] latent = spec.latentShape();
        int text = spec.tokens(Stream.TEXT);
        out.printf(
                Locale.ROOT,
                "network    %d residual branches of %d tokens%s, latents %s%n",
                spec.branches().size(),
                spec.tokens(Stream.IMAGE),
                text == 0 ? "" : " and " + text + " of text",
                Arrays.stream(latent).mapToObj(String::valueOf).collect(Collectors.joining("x")));
        out.println("classes    " + classes(model));
        double guidance = model.conditioner().defaultGuidance();
        out.println("guidance   " + (guidance == 1 ? "none" : Parameter.format(guidance)));
        out.println(
                "scheduler  "
                        + model.scheduler().text("_class_name")
                        + " ("
                        + clusca.scheduler(model.scheduler()).name()
                        + ")");
        attempt(() -> GraphCheck.transformer(model.transformer()));
        model.conditioner()
                .encoders()
                .forEach(encoder -> attempt(() -> GraphCheck.encoder(encoder)));
        attempt(() -> model.codec().ifPresent(codec -> GraphCheck.codec(codec, spec)));
        if (model.codec().isEmpty()) {
            out.println("pictures   none: there is no autoencoder, only latents can be made");
        }
        memory(out, clusca, model, spec);
    }

    private static String classes(Model model) {
        List<String> classes = model.conditioner().classes();
        if (classes.isEmpty()) {
            return "free text";
        }
        if (classes.get(0).isEmpty()) {
            return classes.size() + ", by number";
        }
        return classes.size() + ": " + shown(classes, ", ");
    }

    private static String shown(List<String> names, String separator) {
        return String.join(separator, names.subList(0, Math.min(SHOWN, names.size())))
                + (names.size() > SHOWN ? separator + "..." : "");
    }

    /** Weights part by part, then what one picture takes beside them. */
    private void memory(PrintStream out, Clusca clusca, Model model, TransformerSpec spec) {
        List<String> parts = new ArrayList<>();
        weights(parts, "transformer", model.transformer().weights());
        model.conditioner()
                .encoders()
                .forEach(encoder -> weights(parts, encoder.name(), encoder.weights()));
        model.codec().ifPresent(codec -> weights(parts, "autoencoder", codec.weights()));
        try (Pipeline pipeline = clusca.open(model, 0)) {
            Request.Builder request =
                    Request.builder()
                            .conditions("")
                            .policy(
                                    ClusterFit.of(
                                            clusca,
                                            POLICY,
                                            clusca.policy(POLICY, model),
                                            spec,
                                            console))
                            // frames go into the file as they are decoded
                            .frames((index, frame) -> {});
            attempt(() -> pipeline.scheduler(request.build()));
            MemoryPlan fp32 = pipeline.plan(request.build());
            MemoryPlan bf16 =
                    pipeline.plan(request.cachePrecision(CachePrecision.BFLOAT16).build());
            out.println(
                    "memory     "
                            + Memory.gib(fp32.weights() + fp32.encoders())
                            + " of weights in float32: "
                            + String.join(", ", parts));
            if (fp32.encoders() > 0) {
                out.println(
                        "           encoders go before the transformer comes where memory is short");
            }
            out.printf(
                    Locale.ROOT,
                    "           for %s about %s of activations, %s to decode it;"
                            + " feature cache of policy %s %s (%s with --cache-type bf16)%n",
                    VideoShape.usual(model),
                    Memory.gib(fp32.activations()),
                    Memory.gib(fp32.decoding()),
                    POLICY,
                    Memory.gib(fp32.features()),
                    Memory.gib(bf16.features()));
            out.println("           at the least " + Memory.gib(bf16.least()) + " at a time");
            List<String> fewer = new ArrayList<>();
            fewer.add(rounded(clusca, model, WeightFormat.INT8, request));
            fewer.add(rounded(clusca, model, WeightFormat.INT4, request));
            if (clusca.options(0).device().integersRefused().isEmpty()) {
                fewer.add(
                        weights(pipeline, request.compute(Compute.INT8)) + " with --compute int8");
            }
            out.println("           weights in fewer bits: " + String.join(", ", fewer));
        }
    }

    private static String rounded(
            Clusca clusca, Model model, WeightFormat format, Request.Builder request) {
        WeightFormats formats = WeightFormats.all(format);
        try (Pipeline pipeline = clusca.open(model, clusca.options(0).weights(formats))) {
            return weights(pipeline, request) + " with --weights " + formats.word();
        }
    }

    private static String weights(Pipeline pipeline, Request.Builder request) {
        MemoryPlan plan = pipeline.plan(request.build());
        return Memory.gib(plan.weights() + plan.encoders());
    }

    private static void weights(List<String> parts, String name, Weights weights) {
        parts.add(name + " " + Memory.gib(Memory.weights(weights)));
    }

    private static String millions(long parameters) {
        return String.format(Locale.ROOT, "%.2f M", parameters / 1e6);
    }
}
