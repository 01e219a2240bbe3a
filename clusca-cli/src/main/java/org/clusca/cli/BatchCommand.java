package org.clusca.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.batch.Batch;
import org.clusca.batch.BatchDefaults;
import org.clusca.batch.BatchFolder;
import org.clusca.batch.BatchMaker;
import org.clusca.batch.BatchTable;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A table of prompts to a folder of pictures. */
@Command(
        name = "batch",
        sortOptions = false,
        description = {
            "Makes a picture or video of every row of a CSV file. Rows that are done are left alone, so a second call goes on where the first was stopped.",
            "The first line names the columns: prompt or class, and any of id, seed, width, height, frames, steps, guidance, negative_prompt, policy, scheduler. The same row gives the same picture whatever is made beside it.",
            "Each row leaves ID.png (ID.mp4) and ID.json with its report; the id is the row's number where there is none."
        },
        footer = {
            "",
            "Examples:",
            "  clusca batch --in prompts.csv --out pictures",
            "  clusca batch --in prompts.csv --out pictures --model FLUX.1-dev --policy balanced --steps 28"
        })
final class BatchCommand implements Callable<Integer> {
    private static final int SHOWN = 10;

    @Option(
            names = "--in",
            required = true,
            paramLabel = "FILE",
            description = "The table, in UTF-8.")
    private Path in = Path.of("");

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where the pictures go; made where it is not there.")
    private Path out = Path.of("");

    @Mixin private ModelOptions models = new ModelOptions();

    @Option(
            names = "--policy",
            paramLabel = "TAG",
            description =
                    "Of rows that name none. Default: balanced; taylorseer where the scheduler adds noise.")
    private @Nullable String policy;

    @Option(names = "--scheduler", paramLabel = "NAME", description = "Of rows that name none.")
    private @Nullable String scheduler;

    @Option(names = "--steps", paramLabel = "N", description = "Of rows that name none.")
    private @Nullable Integer steps;

    @Option(names = "--guidance", paramLabel = "G", description = "Of rows that name none.")
    private @Nullable Double guidance;

    @Mixin private JsonOption json = new JsonOption();

    private final Console console;

    BatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        json.checkWritable();
        List<BatchTable.Line> table = BatchTable.read(in);
        Clusca clusca = Clusca.create();
        BatchTally tally = new BatchTally();
        try (Pipeline pipeline = models.open(clusca, models.path());
                Progress progress = new Progress(console, "batch", "row", table.size())) {
            BatchMaker maker = new BatchMaker(clusca, pipeline, new BatchFolder(out), defaults());
            Batch.run(
                    table,
                    maker,
                    ProgressListener.NONE,
                    outcome -> {
                        tally.add(outcome);
                        progress.advance(tally.counts());
                    });
        }
        tally.failures().stream()
                .limit(SHOWN)
                .forEach(
                        failed ->
                                console.warn(
                                        "line " + failed.line().line() + ": " + failed.error()));
        json.write(console, tally.json());
        json.summary(console).printf(Locale.ROOT, "%s: %s%n", out, tally.counts());
        return tally.failures().isEmpty() ? 0 : 1;
    }

    private BatchDefaults defaults() {
        return new BatchDefaults(
                Optional.ofNullable(policy),
                Optional.ofNullable(scheduler),
                steps == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Positive.require("--steps", steps)),
                guidance == null ? OptionalDouble.empty() : OptionalDouble.of(guidance));
    }
}
