package org.clusca.examples.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.Registry;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.CachePrecision;
import org.clusca.engine.Memory;
import org.clusca.io.LocalModelDirectory;
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
            "  clusca inspect ~/models/DiT-XL-2-256",
            "  clusca inspect DiT-XL-2-256x256.safetensors",
            "  clusca inspect --scan ~/models/DiT-XL-2-256   (reads every weight)"
        })
final class InspectCommand implements Callable<Integer> {
    private static final int SHOWN = 12;
    private static final String POLICY = "clusca";

    @Parameters(paramLabel = "DIR", description = "The directory, or one .safetensors file.")
    private Path path = Path.of("");

    @Option(names = "--scan", description = "Look through every weight for NaN and infinity.")
    private boolean scan;

    private final Console console;
    private final List<String> problems = new ArrayList<>();

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        PrintStream out = console.out();
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
                                weights ? Memory.gib(part.bytes()) : "-",
                                shown(part.files(), " "));
                    });
        }
        table.print(out);
    }

    private void model(PrintStream out, Clusca clusca, LocalModelDirectory directory) {
        ModelFactory adapter = clusca.adapter(directory);
        out.println("adapter    " + adapter.name() + " (" + Registry.origin(adapter) + ")");
        Model model = adapter.open(directory);
        TransformerSpec spec = model.transformer().spec();
        int[] latent = spec.latentShape();
        out.printf(
                "network    %d residual branches of %d tokens, latents %dx%dx%d%n",
                spec.branches().size(),
                spec.branches().get(0).tokens(),
                latent[0],
                latent[1],
                latent[2]);
        out.println("classes    " + classes(model));
        out.println("guidance   " + Parameter.format(model.conditioner().defaultGuidance()));
        out.println(
                "scheduler  "
                        + model.scheduler().text("_class_name")
                        + " ("
                        + clusca.scheduler(model.scheduler()).name()
                        + ")");
        attempt(() -> GraphCheck.transformer(model.transformer()));
        attempt(() -> model.codec().ifPresent(codec -> GraphCheck.codec(codec, spec)));
        if (model.codec().isEmpty()) {
            out.println("pictures   none: there is no autoencoder, only latents can be made");
        }
        out.println("memory     " + memory(clusca, model));
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

    private static String memory(Clusca clusca, Model model) {
        long weights =
                Memory.weights(model.transformer().weights())
                        + model.codec().map(LatentCodec::weights).map(Memory::weights).orElse(0L);
        int rows = model.conditioner().unconditional().isPresent() ? 2 : 1;
        long run =
                Memory.run(
                        model.transformer().spec(),
                        model.codec(),
                        clusca.policy(POLICY).requirements(),
                        CachePrecision.FLOAT32,
                        rows,
                        1);
        return Memory.gib(weights)
                + " of weights in float32, about "
                + Memory.gib(run)
                + " more for a picture with policy "
                + POLICY;
    }

    private static String millions(long parameters) {
        return String.format(Locale.ROOT, "%.2f M", parameters / 1e6);
    }
}
