package org.clusca.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.flops.FlopsConvention;
import org.clusca.flops.FlopsCounter;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.onnx.OnnxSession;

/** One run of the denoising loop; holds everything that lives for one request. */
final class Generation {
    private final Pipeline pipeline;
    private final OnnxEnvironment environment;
    private final Request request;
    private final TransformerSpec spec;
    private final Requirements requirements;
    private final Scheduler scheduler;
    private final double guidance;
    private final List<Condition> conditions;
    private final NoiseSource noise;

    Generation(Pipeline pipeline, OnnxEnvironment environment, Request request) {
        this.pipeline = pipeline;
        this.environment = environment;
        this.request = request;
        spec = pipeline.model().transformer().spec();
        requirements = request.policy().requirements();
        Scheduler chosen = request.scheduler();
        scheduler = chosen == null ? pipeline.defaultScheduler() : chosen;
        noise = request.noise() == null ? new SeededNoise(request.seed()) : request.noise();
        Conditioner conditioner = pipeline.model().conditioner();
        boolean guided = conditioner.unconditional().isPresent();
        guidance = request.guidance().orElse(conditioner.defaultGuidance());
        requireMemory(guided && guidance > 1);
        conditions = batch(conditioner, guided && guidance > 1);
    }

    /** Before anything is allocated that grows with the number of images. */
    private void requireMemory(boolean guided) {
        long images = (long) request.conditions().size() * request.count();
        Memory.require(
                "Generating " + images + " images with policy " + request.policy().tag(),
                Memory.run(
                        spec,
                        request.decode() ? pipeline.model().codec() : Optional.empty(),
                        requirements,
                        guided ? 2 * images : images,
                        images),
                Memory.available());
    }

    /**
     * Conditions of the batch's rows. Under guidance an image has two that lie together, its own
     * and the unconditional one: so a row keeps its number, and with it its random draws, whatever
     * is generated after it.
     */
    private List<Condition> batch(Conditioner conditioner, boolean guided) {
        List<Condition> rows = new ArrayList<>();
        Condition unconditional = guided ? conditioner.unconditional().orElseThrow() : null;
        for (String text : request.conditions()) {
            Condition condition = conditioner.condition(text);
            for (int i = 0; i < request.count(); i++) {
                rows.add(condition);
                if (unconditional != null) {
                    rows.add(unconditional);
                }
            }
        }
        return rows;
    }

    Generated run() {
        long called = System.nanoTime();
        if (request.decode()) {
            pipeline.requireCodec();
        }
        List<Branch> branches = spec.branches();
        int batch = conditions.size();
        Schedule schedule = scheduler.schedule(request.steps(), imageTokens());
        double[] timesteps = schedule.timesteps();
        Tensor latent = startLatent(schedule);
        CacheSession session =
                request.policy()
                        .open(
                                new GenerationContext(
                                        branches,
                                        batch,
                                        batch / request.images(),
                                        timesteps.length,
                                        request.seed()));
        Pipeline.Trunk trunk = pipeline.trunk(requirements);
        OnnxSession modulation = pipeline.modulation();
        if (request.decode()) {
            pipeline.codec();
        }
        // what this request is the first to need is loaded by now: loading is not its time
        long start = System.nanoTime();
        ModulationTable modulations = new ModulationTable(modulation, spec, timesteps, conditions);
        List<Report.Step> steps = new ArrayList<>();
        FlopsCounter flops = new FlopsCounter(spec, batch);
        List<Tensor> stepLatents = new ArrayList<>();
        double clusteringSeconds = 0;
        double modulationSeconds = 0;
        try (FeatureCache cache =
                        new FeatureCache(environment, requirements.order(), batch, branches);
                TrunkMemory memory = new TrunkMemory(environment, spec, batch);
                SignalMemory shown = new SignalMemory(environment, batch)) {
            for (int index = 0; index < timesteps.length; index++) {
                checkStopped(called, "step " + index);
                long stepStart = System.nanoTime();
                modulations.fill(index, memory.modulation);
                double modulated = seconds(stepStart);
                modulationSeconds += modulated;
                memory.repeat(latent);
                StepPlan plan =
                        session.plan(new StepContext(index, timesteps.length, timesteps[index]));
                Observation observation = runTrunk(trunk, memory, shown, cache, plan, index);
                Tensor output =
                        conditions.size() > request.images()
                                ? Guidance.apply(memory.output, guidance, spec.guidedChannels())
                                : memory.output;
                // before the policy looks at it: the weight at fault is named, not a token
                NotFinite.check(output, index, timesteps[index], pipeline.model());
                double clustered = 0;
                if (plan.observe()) {
                    long observed = System.nanoTime();
                    session.observe(observation);
                    clustered = seconds(observed);
                    clusteringSeconds += clustered;
                }
                latent = schedule.step(index, output, latent, noise);
                if (request.keepLatents()) {
                    stepLatents.add(latent);
                }
                Report.Step step =
                        new Report.Step(
                                index,
                                timesteps[index],
                                plan.kind(),
                                seconds(stepStart) - modulated,
                                clustered,
                                flops.step(plan));
                steps.add(step);
                request.listener()
                        .onStep(
                                new ProgressListener.Progress(
                                        step, timesteps.length, plan, session.clustering()));
            }
            if (request.decode()) {
                checkStopped(called, "decoding");
            }
            long decodingStart = System.nanoTime();
            Tensor pictures = request.decode() ? decode(latent) : Tensor.zeros(0, 3, 0, 0);
            double decodingSeconds = seconds(decodingStart);
            long modulationFlops =
                    modulations.rows()
                            * FlopsConvention.CLEAN.of(
                                    spec.blockModulations().plus(spec.conditioning()));
            Report report =
                    new Report(
                            pipeline.model().name(),
                            request.policy().tag(),
                            scheduler.name(),
                            labels(),
                            request.images(),
                            conditions.size() > request.images() ? guidance : 1,
                            request.seed(),
                            steps,
                            seconds(start),
                            modulationSeconds,
                            clusteringSeconds,
                            decodingSeconds,
                            flops.total(FlopsConvention.CLEAN) + modulationFlops,
                            flops.total(FlopsConvention.A),
                            flops.total(FlopsConvention.B),
                            cache.bytes(),
                            warnings(steps));
            return new Generated(pictures, latent, stepLatents, report);
        }
    }

    private Observation runTrunk(
            Pipeline.Trunk trunk,
            TrunkMemory memory,
            SignalMemory shown,
            FeatureCache cache,
            StepPlan plan,
            int index) {
        List<Branch> branches = spec.branches();
        try (StepInputs inputs =
                new StepInputs(
                        environment,
                        requirements,
                        branches,
                        conditions.size(),
                        index,
                        plan,
                        cache)) {
            Map<String, NativeTensor> in = new HashMap<>(inputs.inputs());
            Map<String, NativeTensor> out = new HashMap<>();
            memory.bind(in, out);
            Map<Signal, Map<Integer, Tensor>> signals = Map.of();
            memory.hidden().bind(requirements, plan, trunk.graph().hiddenOutput(), in, out);
            if (plan.observe() && !requirements.signals().isEmpty()) {
                signals = shown.request(branches, plan, trunk.graph(), out);
            }
            cache.feed(in);
            for (int i = 0; requirements.order() >= 0 && i < branches.size(); i++) {
                cache.request(i, plan.actions().get(i), trunk.graph().outputs(i), out);
            }
            trunk.session().run(in, out);
            for (int i = 0; requirements.order() >= 0 && i < branches.size(); i++) {
                cache.commit(i, plan.actions().get(i), index);
            }
            memory.hidden().commit(requirements, plan);
            return new Observation(index, memory.hidden().tensor(), signals);
        }
    }

    private int imageTokens() {
        return spec.branches().stream()
                .filter(branch -> branch.id().stream() == Stream.IMAGE)
                .mapToInt(Branch::tokens)
                .max()
                .orElseThrow();
    }

    /** Of the conditional rows. */
    private List<String> labels() {
        int rows = conditions.size() / request.images();
        return IntStream.range(0, request.images())
                .mapToObj(image -> conditions.get(image * rows).label())
                .distinct()
                .toList();
    }

    private Tensor startLatent(Schedule schedule) {
        int[] shape = spec.latentShape();
        Tensor given = request.initialLatents();
        if (given == null) {
            Tensor drawn =
                    noise.noise(SeededNoise.START, request.images(), shape[0], shape[1], shape[2]);
            double scale = schedule.initialNoiseScale();
            for (int i = 0; scale != 1 && i < drawn.size(); i++) {
                drawn.data().put(i, (float) (drawn.data().get(i) * scale));
            }
            return drawn;
        }
        int[] expected = {request.images(), shape[0], shape[1], shape[2]};
        if (!Arrays.equals(given.shape(), expected)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The initial latents must be "
                            + Arrays.toString(expected)
                            + ", found "
                            + Arrays.toString(given.shape())
                            + ".");
        }
        if (!given.isFinite()) {
            throw new CluscaException(
                    ErrorCode.NOT_FINITE,
                    "The initial latents hold NaN or infinity; give finite numbers.");
        }
        return given;
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

    private Tensor decode(Tensor latent) {
        LatentCodec codec = pipeline.requireCodec();
        Tensor pictures =
                pipeline.codec()
                        .run(
                                Map.of("latent", latent),
                                "picture",
                                latent.dimension(0),
                                3,
                                latent.dimension(2) * codec.scale(),
                                latent.dimension(3) * codec.scale());
        NotFinite.check(pictures, codec);
        return pictures;
    }

    /** A policy that was asked for and did nothing is said, not hidden. */
    private List<String> warnings(List<Report.Step> steps) {
        boolean reused = steps.stream().anyMatch(step -> step.kind() != StepKind.FULL);
        return reused || requirements.order() < 0
                ? List.of()
                : List.of(
                        "The policy "
                                + request.policy().tag()
                                + " reused nothing: every one of the "
                                + steps.size()
                                + " steps was computed in full.");
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
