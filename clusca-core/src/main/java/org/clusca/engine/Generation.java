package org.clusca.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.PlanCheck;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Model;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.JudgedSteps.Executed;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkRun;
import org.clusca.flops.FlopsConvention;
import org.clusca.flops.FlopsCounter;
import org.clusca.onnx.Device;
import org.clusca.onnx.OnnxSession;

/** One run of the denoising loop; holds everything that lives for one request. */
final class Generation {
    private final Pipeline pipeline;
    private final Device device;
    private final Request request;
    private final TransformerSpec spec;
    private final Scheduler scheduler;
    private final Conditioning conditioning;
    private final NoiseSource noise;

    Generation(Pipeline pipeline, Device device, Request request) {
        this.pipeline = pipeline;
        this.device = device;
        this.request = request;
        Model model = pipeline.model();
        scheduler = pipeline.scheduler(request);
        Conditioning.checkNegative(request, model.conditioner());
        spec = pipeline.spec(request);
        pipeline.checkDecoding(request, spec);
        // before anything is allocated that grows with the number of images
        pipeline.requireMemory(request, spec);
        List<Condition> conditions = pipeline.conditions(request);
        // encoders have done their work; where memory is short they go before the trunk comes
        pipeline.requireMemory(request, spec);
        conditioning = Conditioning.of(request, model.conditioner(), spec, conditions);
        noise =
                request.noise() == null
                        ? new SeededNoise(SeededNoise.seeds(request))
                        : request.noise();
    }

    Generated run() {
        long called = System.nanoTime();
        int batch = conditioning.batch();
        Schedule schedule = scheduler.schedule(request.steps(), spec.tokens(Stream.IMAGE));
        double[] timesteps = schedule.timesteps();
        Tensor latent = StartLatent.of(request, spec, noise, schedule.initialNoiseScale());
        GenerationContext context =
                new GenerationContext(
                        spec.branches(),
                        batch,
                        conditioning.rowsPerImage(),
                        spec.gridWidth(),
                        spec.latentFrames(),
                        timesteps.length,
                        request.seed(),
                        SeededNoise.seeds(request));
        PlanCheck.gauges(request.policy(), context);
        CacheSession session = request.policy().open(context);
        Trunk trunk = pipeline.trunk(request, spec);
        OnnxSession modulation = pipeline.modulation();
        if (request.decode()) {
            pipeline.codec();
        }
        // what this request is the first to need is loaded by now: loading is not its time
        long start = System.nanoTime();
        ModulationTable modulations =
                new ModulationTable(modulation, spec, timesteps, conditioning.rows());
        PreparedContext prepared = pipeline.prepared(spec, conditioning.rows());
        List<OutputForecast> forecasts =
                OutputForecast.of(request.policy(), scheduler.name(), schedule);
        List<Report.Step> steps = new ArrayList<>();
        Requirements requirements = request.policy().requirements();
        FlopsCounter flops = new FlopsCounter(spec, batch, requirements);
        List<Tensor> stepLatents = new ArrayList<>();
        double clusteringSeconds = 0;
        double modulationSeconds = 0;
        try (TrunkRun run = trunk.open(spec, context, request.policy(), prepared.rows())) {
            JudgedSteps judged =
                    new JudgedSteps(
                            session,
                            run,
                            flops,
                            !requirements.gauges().isEmpty(),
                            () -> checkStopped(called, "a step was run again"));
            for (int index = 0; index < timesteps.length; index++) {
                checkStopped(called, "step " + index);
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
                NotFinite.check(output, index, timesteps[index], pipeline.model());
                double clustered = 0;
                if (plan.observe()) {
                    long observed = System.nanoTime();
                    session.observe(executed.observation());
                    clustered = seconds(observed);
                    clusteringSeconds += clustered;
                }
                latent = schedule.step(index, output, latent, noise);
                if (request.keepLatents()) {
                    stepLatents.add(latent);
                }
                Report.Step done =
                        new Report.Step(
                                index,
                                timesteps[index],
                                plan.kind(),
                                seconds(stepStart) - modulated,
                                clustered,
                                executed.flops(),
                                executed.rejected());
                steps.add(done);
                request.listener()
                        .onStep(
                                new ProgressListener.Progress(
                                        done, timesteps.length, plan, session.clustering()));
            }
            long decodingStart = System.nanoTime();
            Tensor pictures = request.decode() ? decode(latent, called) : Tensor.zeros(0, 3, 0, 0);
            double decodingSeconds = seconds(decodingStart);
            long modulationFlops =
                    modulations.rows()
                                    * FlopsConvention.CLEAN.of(
                                            spec.blockModulations().plus(spec.conditioning()))
                            + prepared.prepared() * FlopsConvention.CLEAN.of(spec.preparing());
            Report report =
                    Report.builder()
                            .model(pipeline.model().name())
                            .policy(request.policy().tag())
                            .scheduler(scheduler.name())
                            .conditions(conditioning.labels())
                            .images(request.images())
                            .negativePrompt(request.negativePrompt())
                            .guidance(conditioning.guidance())
                            .seed(request.seed())
                            .steps(steps)
                            .seconds(seconds(start))
                            .modulationSeconds(modulationSeconds)
                            .clusteringSeconds(clusteringSeconds)
                            .decodingSeconds(decodingSeconds)
                            .flops(flops.total(FlopsConvention.CLEAN) + modulationFlops)
                            .flopsA(flops.total(FlopsConvention.A))
                            .flopsB(flops.total(FlopsConvention.B))
                            .cachePrecision(request.cachePrecision())
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

    private void checkStopped(long called, String next) {
        if (request.cancellation().isCancelled()) {
            throw new CluscaException(
                    ErrorCode.CANCELLED, "The generation was cancelled before " + next + ".");
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - called);
        if (request.timeout() != null && elapsed.compareTo(request.timeout()) > 0) {
            throw new CluscaException(
                    ErrorCode.CANCELLED,
                    "The generation ran into its timeout of "
                            + request.timeout().toMillis()
                            + " ms before "
                            + next
                            + ".");
        }
    }

    private Tensor decode(Tensor latent, long called) {
        return new Decoding(
                        pipeline.requireCodec(),
                        pipeline.codec(),
                        request,
                        () -> checkStopped(called, "decoding"))
                .decode(latent);
    }

    /** What the conditioner says, and a policy that was asked for and did nothing. */
    private List<String> warnings(List<Report.Step> steps) {
        List<String> warnings = new ArrayList<>(conditioning.warnings());
        boolean reused = steps.stream().anyMatch(step -> step.kind() != StepKind.FULL);
        if (!reused && request.policy().requirements().keeps()) {
            warnings.add(
                    "The policy "
                            + request.policy().tag()
                            + " reused nothing: every one of the "
                            + steps.size()
                            + " steps was computed in full.");
        }
        return warnings;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
