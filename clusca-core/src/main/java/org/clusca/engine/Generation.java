package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.engine.JudgedSteps.Executed;
import org.clusca.engine.trunk.TrunkRun;
import org.clusca.flops.FlopsConvention;
import org.clusca.flops.FlopsCounter;
import org.clusca.onnx.MemoryLedger;

/** One run of the denoising loop; holds everything that lives for one request. */
final class Generation {
    private final Job job;
    private final Origin origin;
    private final Request request;
    private final Stopping stopping;
    private final TransformerSpec spec;
    private final Conditioning conditioning;
    private final NoiseSource noise;
    private final GenerationContext context;
    private final CacheSession session;
    private final Tensor start;

    /** Refuses what does not fit before anything is loaded for it. */
    Generation(Job job, Origin origin, Conditioning conditioning, Stopping stopping) {
        this.job = job;
        this.origin = origin;
        this.conditioning = conditioning;
        this.stopping = stopping;
        request = job.request();
        spec = job.spec();
        noise = request.noise() == null ? new SeededNoise(request.imageSeeds()) : request.noise();
        start = StartLatent.of(request, spec, noise, job.schedule().initialNoiseScale());
        context = job.context();
        session = job.open(context);
    }

    /**
     * @param working memory that was reserved for it
     */
    Generated run(Networks networks, MemoryLedger.Reservation working) {
        long begin = System.nanoTime();
        Schedule schedule = job.schedule();
        double[] timesteps = schedule.timesteps();
        Tensor latent = start;
        ModulationTable modulations =
                new ModulationTable(networks.modulation(), spec, timesteps, conditioning.rows());
        PreparedContext prepared =
                PreparedContext.of(
                        () -> requireNonNull(networks.prepared()), spec, conditioning.rows());
        List<OutputForecast> forecasts =
                OutputForecast.of(
                        request.policy(), spec.branches(), job.scheduler().name(), schedule);
        List<Report.Step> steps = new ArrayList<>();
        Requirements requirements = request.policy().requirements(spec.branches());
        FlopsCounter flops = new FlopsCounter(spec, conditioning.batch(), requirements);
        List<Tensor> stepLatents = new ArrayList<>();
        double clusteringSeconds = 0;
        double modulationSeconds = 0;
        try (TrunkRun run =
                networks.trunk().open(spec, context, request.policy(), prepared.rows())) {
            JudgedSteps judged =
                    new JudgedSteps(
                            session,
                            run,
                            flops,
                            !requirements.gauges().isEmpty(),
                            () -> stopping.check("before a step was run again"));
            for (int index = 0; index < timesteps.length; index++) {
                stopping.check("before step " + index);
                long stepStart = System.nanoTime();
                modulations.fill(index, run.modulation());
                double modulated = seconds(stepStart);
                modulationSeconds += modulated;
                StepContext step =
                        new StepContext(
                                index, timesteps.length, timesteps[index], run.begin(latent));
                Executed executed = judged.execute(step);
                StepPlan plan = executed.plan();
                Tensor output = output(step, plan, run, forecasts, latent);
                // before the policy looks at it: the weight at fault is named, not a token
                NotFinite.check(output, index, timesteps[index], job.model());
                double clustered = 0;
                if (plan.observe()) {
                    long observed = System.nanoTime();
                    session.observe(executed.observation());
                    clustered = seconds(observed);
                    clusteringSeconds += clustered;
                }
                Tensor next = schedule.step(index, output, latent, noise);
                Tensor before = latent;
                latent = next;
                if (request.keepLatents()) {
                    stepLatents.add(latent);
                }
                // buffers and activations exist by now
                working.taken();
                Report.Step done =
                        new Report.Step(
                                index,
                                timesteps[index],
                                plan.kind(),
                                seconds(stepStart) - modulated,
                                clustered,
                                executed.flops(),
                                executed.rejected(),
                                executed.readings(),
                                session.judgement());
                steps.add(done);
                Optional<NoiseLevel> level = schedule.level(index);
                request.listener()
                        .onLatents(index, () -> CleanSample.of(level, output, before, next));
                request.listener()
                        .onStep(
                                new ProgressListener.Progress(
                                        done, timesteps.length, plan, session.clustering()));
            }
            long decodingStart = System.nanoTime();
            Tensor pictures =
                    request.decode() ? decode(latent, networks) : Tensor.zeros(0, 3, 0, 0);
            double decodingSeconds = seconds(decodingStart);
            if (request.decode()) {
                request.listener().onDecoded(decodingSeconds);
            }
            long modulationFlops =
                    modulations.rows()
                                    * FlopsConvention.CLEAN.of(
                                            spec.blockModulations().plus(spec.conditioning()))
                            + prepared.prepared() * FlopsConvention.CLEAN.of(spec.preparing());
            Report report =
                    Report.builder(new Provenance(origin, job, conditioning))
                            .steps(steps)
                            .seconds(seconds(begin))
                            .modulationSeconds(modulationSeconds)
                            .clusteringSeconds(clusteringSeconds)
                            .decodingSeconds(decodingSeconds)
                            .flops(flops.total(FlopsConvention.CLEAN) + modulationFlops)
                            .flopsA(flops.total(FlopsConvention.A))
                            .flopsB(flops.total(FlopsConvention.B))
                            .cacheBytes(
                                    run.cacheBytes()
                                            + forecasts.stream()
                                                    .mapToLong(OutputForecast::bytes)
                                                    .sum())
                            .warnings(warnings(steps))
                            .build();
            return new Generated(pictures, latent, stepLatents, report);
        }
    }

    /** The model's output, guidance applied: computed and kept, or forecast. */
    private Tensor output(
            StepContext step,
            StepPlan plan,
            TrunkRun run,
            List<OutputForecast> forecasts,
            Tensor latent) {
        for (OutputForecast forecast : forecasts) {
            Forecast planned = plan.forecasts().get(forecast.place());
            if (planned != null) {
                return forecast.forecast(step, planned, latent, spec.outputChannels());
            }
        }
        Tensor output =
                conditioning.guided()
                        ? Guidance.apply(
                                run.output(), conditioning.guidance(), spec.guidedChannels())
                        : run.output();
        forecasts.forEach(forecast -> forecast.computed(step, plan, output, latent));
        return output;
    }

    private Tensor decode(Tensor latent, Networks networks) {
        return new Decoding(
                        job.codec(),
                        requireNonNull(networks.codec()),
                        request,
                        () -> stopping.check("before decoding"))
                .decode(latent);
    }

    /** What the conditioner says, and a policy that was asked for and did nothing. */
    private List<String> warnings(List<Report.Step> steps) {
        List<String> warnings = new ArrayList<>(conditioning.warnings());
        boolean reused = steps.stream().anyMatch(step -> step.kind() != StepKind.FULL);
        if (!reused && request.policy().requirements(spec.branches()).keeps()) {
            warnings.add(
                    "The policy "
                            + request.policy().tag()
                            + " reused nothing: every one of the "
                            + steps.size()
                            + " steps was computed in full.");
        }
        warnings.addAll(
                CalibrationCheck.warnings(
                        request.policy(), job.scheduler().name(), conditioning.guidance()));
        session.remarks()
                .forEach(said -> warnings.add("Policy " + request.policy().tag() + ": " + said));
        new ThresholdRemark(request.policy().tag(), steps).text().ifPresent(warnings::add);
        return warnings;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
