package org.clusca.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.StepKind;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Compute;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;

/**
 * Generates what cells ask for and sets it against two references: the same run without a cache,
 * and one of many steps. Both are kept in a folder, for the next call.
 */
final class SweepRunner {
    /** Enough to tell a full step's time from the machine's mood. */
    private static final int TIMED_STEPS = 4;

    private final Clusca clusca;
    private final Pipeline pipeline;
    private final Request base;
    private final List<String> conditions;
    private final int batch;
    private final int limitSteps;
    private final Compute compute;
    private final Path references;

    /**
     * @param base with everything but conditions and policy; its steps are the reference's
     * @param conditions of all pictures
     * @param batch pictures generated at once
     * @param limitSteps of the reference of many steps
     * @param compute of cells; references are computed in float32
     */
    SweepRunner(
            Clusca clusca,
            Pipeline pipeline,
            Request base,
            List<String> conditions,
            int batch,
            int limitSteps,
            Compute compute,
            Path references) {
        this.clusca = clusca;
        this.pipeline = pipeline;
        this.base = base;
        this.conditions = conditions;
        this.batch = batch;
        this.limitSteps = limitSteps;
        this.compute = compute;
        this.references = references;
    }

    int batches() {
        return (conditions.size() + batch - 1) / batch;
    }

    /** Generates the references that are not there yet. */
    void prepare(Progress progress) {
        try {
            Files.createDirectories(references);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, references + " cannot be made: " + e.getMessage(), e);
        }
        for (int i = 0; i < batches(); i++) {
            for (int steps : new int[] {base.steps(), limitSteps}) {
                if (!Files.exists(reference(steps, i))) {
                    Request request = request(i, NoCache.INSTANCE, steps).build();
                    SweepPictures.of(pipeline.generate(request)).write(reference(steps, i));
                }
                progress.advance("reference of " + steps + " steps");
            }
        }
    }

    private Path reference(int steps, int index) {
        return references.resolve("steps-" + steps + "-" + index + ".safetensors");
    }

    private Request.Builder request(int index, CachePolicy policy, int steps) {
        int from = index * batch;
        return base.toBuilder()
                .conditions(conditions.subList(from, Math.min(from + batch, conditions.size())))
                .seed(base.seed() + from)
                .steps(steps)
                .policy(policy);
    }

    /** Refuses what is wrong with a cell. */
    void check(SweepCell cell) {
        pipeline.check(request(0, cell));
    }

    private Request request(int index, SweepCell cell) {
        CachePolicy policy = clusca.policy(cell.policy(), pipeline.model());
        Scheduler scheduler = clusca.scheduler(cell.scheduler(), pipeline.model().scheduler());
        return request(index, policy, cell.steps()).scheduler(scheduler).compute(compute).build();
    }

    SweepResult run(SweepCell cell) {
        Loading.warmUp(pipeline, request(0, cell), TIMED_STEPS, true);
        Report before = timed();
        Collected near = new Collected();
        Collected limit = new Collected();
        double seconds = 0;
        double flops = 0;
        long cacheBytes = 0;
        for (int i = 0; i < batches(); i++) {
            Generated generated = pipeline.generate(request(i, cell));
            Report report = generated.report();
            seconds += Interleaved.seconds(report) - report.decodingSeconds();
            flops += report.flops();
            cacheBytes = Math.max(cacheBytes, report.cacheBytes());
            SweepPictures own = SweepPictures.of(generated);
            near.add(own, SweepPictures.read(reference(base.steps(), i)));
            limit.add(own, SweepPictures.read(reference(limitSteps, i)));
        }
        Report after = timed();
        int pictures = conditions.size();
        double fullSteps = (double) base.steps() * pictures / before.provenance().images();
        return new SweepResult(
                cell,
                pictures,
                seconds / pictures,
                fullSteps * Timings.steps(List.of(before, after), StepKind.FULL).median() / seconds,
                flops / (fullSteps * before.flops() / before.steps().size()),
                near.likeness(),
                limit.likeness(),
                cacheBytes);
    }

    /** Full steps, to set a cell's time against. */
    private Report timed() {
        return pipeline.generate(request(0, NoCache.INSTANCE, TIMED_STEPS).decode(false).build())
                .report();
    }

    /** Collects how near pictures are. */
    private static final class Collected {
        private final List<Double> psnr = new ArrayList<>();
        private final List<Double> latent = new ArrayList<>();

        void add(SweepPictures own, SweepPictures reference) {
            psnr.addAll(own.psnr(reference));
            latent.addAll(own.latentDb(reference));
        }

        SweepResult.Likeness likeness() {
            return new SweepResult.Likeness(SweepResult.Mean.of(psnr), SweepResult.Mean.of(latent));
        }
    }
}
