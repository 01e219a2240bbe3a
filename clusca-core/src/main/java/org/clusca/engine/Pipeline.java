package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.Scheduler;
import org.clusca.onnx.Device;
import org.clusca.onnx.MemoryLedger;
import org.clusca.onnx.OnnxSession;

/**
 * An open model. Safe to use from several threads: what a generation needs to remember belongs to
 * the generation. Networks are loaded when first needed; where memory is short, those that no
 * generation uses are released.
 */
public final class Pipeline implements AutoCloseable {
    private final Model model;
    private final Origin origin;
    private final Function<Config, Scheduler> schedulers;
    private final WeightFormats formats;
    private final Sessions sessions;
    private final SessionPool pool;
    private final PromptEncoding prompts;
    private final Set<Stopping> running = ConcurrentHashMap.newKeySet();

    /**
     * @param schedulers makes the scheduler of a {@code scheduler_config.json}
     * @param formats how weights are held
     */
    public Pipeline(
            Model model,
            Device device,
            Function<Config, Scheduler> schedulers,
            WeightFormats formats) {
        this(model, device, schedulers, formats, device.memory());
    }

    /**
     * @param memory where it reserves what it takes; the process's own unless it is to have less
     */
    public Pipeline(
            Model model,
            Device device,
            Function<Config, Scheduler> schedulers,
            WeightFormats formats,
            MemoryLedger memory) {
        this.formats = requireNonNull(formats, "formats is null");
        this.model = requireNonNull(model, "model is null");
        origin = Origin.of(model, formats, requireNonNull(device, "device is null"));
        this.schedulers = requireNonNull(schedulers, "schedulers is null");
        sessions = new Sessions(model, device, formats);
        pool = new SessionPool(memory);
        prompts = new PromptEncoding(model, sessions, pool);
    }

    public Model model() {
        return model;
    }

    /** What reports say of the model and what runs it. */
    public Origin origin() {
        return origin;
    }

    /** The scheduler that the model names. */
    public Scheduler defaultScheduler() {
        return schedulers.apply(model.scheduler());
    }

    /**
     * The scheduler of a request.
     *
     * @throws CluscaException INCOMPATIBLE for one of another process than the model's
     */
    public Scheduler scheduler(Request request) {
        return Job.scheduler(request, model, this::defaultScheduler);
    }

    /**
     * Generates pictures.
     *
     * @throws CluscaException when the request does not fit the model or the machine, was stopped,
     *     or the numbers stopped being finite
     */
    public Generated generate(Request request) {
        try {
            return generated(request);
        } catch (RuntimeException | Error e) {
            request.listener().onFailed(e);
            throw e;
        }
    }

    private Generated generated(Request request) {
        try (Stopping stopping = new Stopping(request, running)) {
            stopping.check("before it began");
            Job job = job(request);
            job.check();
            // before anything is allocated that grows with the number of images
            requireMemory(job);
            long encoding = System.nanoTime();
            List<Condition> conditions = prompts.conditions(request, stopping.signal());
            request.listener().onEncoded(since(encoding));
            Generation generation =
                    new Generation(
                            job,
                            origin,
                            Conditioning.of(request, model.conditioner(), job.spec(), conditions),
                            stopping);
            long loading = System.nanoTime();
            try (SessionPool.Lease lease = lease(job)) {
                request.listener().onLoaded(since(loading));
                return generation.run(
                        sessions.networks(job, lease, stopping.signal()), lease.working());
            }
        }
    }

    /**
     * What it took to prepare a request.
     *
     * @param loadSeconds spent on loading what was not there yet
     * @param encodingSeconds spent on turning prompts into numbers
     */
    public record Prepared(double loadSeconds, double encodingSeconds) {}

    /**
     * Loads what a request needs, so that generating it next does not wait for that, and encodes
     * its prompts where the request has a cache for them. Encoders come first, and go again where
     * memory is short.
     *
     * @throws CluscaException as {@link #generate}
     */
    public Prepared prepare(Request request) {
        check(request);
        double loading = 0;
        double encoding = 0;
        try (Stopping stopping = new Stopping(request, running)) {
            if (!prompts.remembered(request)) {
                loading =
                        seconds(
                                () ->
                                        prompts.encoders(sessions.encoderFormat(request.compute()))
                                                .close());
                encoding = seconds(() -> prompts.conditions(request, stopping.signal()));
            }
            loading += seconds(() -> lease(job(request)).close());
        }
        return new Prepared(loading, encoding);
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return since(start);
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * What a prompt becomes for this model, as a generation would compute it.
     *
     * @throws CluscaException as {@link org.clusca.api.model.Conditioner#condition}
     */
    public Condition condition(Prompt prompt) {
        return prompts.condition(new PromptCache.Wanted(prompt, false, formats.encoders()));
    }

    /**
     * What the second row of guidance is conditioned on, where the model's guidance has one.
     *
     * @throws CluscaException as {@link org.clusca.api.model.Conditioner#unconditional}
     */
    public Condition unconditional(Prompt prompt) {
        return prompts.condition(new PromptCache.Wanted(prompt, true, formats.encoders()));
    }

    /** The network's shape in a request. */
    public TransformerSpec spec(Request request) {
        return Job.spec(request, model);
    }

    private Job job(Request request) {
        sessions.check(request.compute());
        Job job = Job.of(request, model, scheduler(request));
        CalibrationCheck.require(
                request.policy(), origin, model.family(), job.schedule().timesteps().length);
        return job;
    }

    /**
     * Refuses a request as {@link #generate} would, as far as that is possible before weights are
     * loaded.
     */
    public void check(Request request) {
        Job job = job(request);
        job.check();
        requireMemory(job);
        job.open(job.context());
    }

    /** What a request needs that is not loaded yet; loads nothing. */
    public MemoryPlan plan(Request request) {
        return plan(job(request));
    }

    private MemoryPlan plan(Job job) {
        return Memory.plan(
                job.request(),
                model,
                job.spec(),
                pool.missing(sessions.parts(job)),
                prompts.missing(job.request()));
    }

    /**
     * The request with what it caches fitted to a limit, at the least loss: as it is, else in 16
     * bits, else by the policy's {@link org.clusca.api.cache.CachePolicy#lighter lighter} forms.
     *
     * @param most bytes of cached features
     * @throws CluscaException OUT_OF_MEMORY when nothing of the policy fits
     */
    public Request fitCache(Request request, long most) {
        return CacheFit.within(request, most, form -> plan(form).features());
    }

    /**
     * Whether there is memory for all of these generations to be under way at the same time, once
     * their prompts are encoded.
     */
    public boolean fitTogether(List<Request> requests) {
        Map<Object, Part<?>> parts = new LinkedHashMap<>();
        long working = 0;
        for (Request request : requests) {
            Job job = job(request);
            sessions.parts(job).forEach(part -> parts.put(part.key(), part));
            working += plan(job).working();
        }
        List<Part<?>> all = List.copyOf(parts.values());
        return pool.missing(all) + working <= pool.attainable(all);
    }

    private SessionPool.Lease lease(Job job) {
        MemoryPlan plan = plan(job);
        LongFunction<CluscaException> refusal = free -> plan.refused(job.request(), formats, free);
        return pool.lease(sessions.parts(job), plan.working(), refusal);
    }

    /** Refuses what the machine cannot have, with all released that nobody uses. */
    private void requireMemory(Job job) {
        plan(job).require(job.request(), formats, pool.attainable(sessions.parts(job)));
    }

    /**
     * Shows latents of this model while they form. Runs the autoencoder once, on small latents; so
     * keep it.
     *
     * @throws CluscaException NOT_FOUND when the model has no autoencoder
     */
    public LatentPreview preview() {
        LatentCodec codec = Job.codec(model);
        Request small = Request.builder().conditions("").build();
        Part<OnnxSession> part = sessions.codec(codec);
        try (SessionPool.Lease lease =
                pool.lease(
                        List.of(part),
                        0,
                        free ->
                                new CluscaException(
                                        ErrorCode.OUT_OF_MEMORY,
                                        "The autoencoder needs "
                                                + Memory.gib(part.bytes())
                                                + ", and "
                                                + Memory.gib(free)
                                                + " are free.",
                                        List.of(Advice.FREE_MEMORY)))) {
            return LatentPreview.fit(
                    model.latentShape(Size.DEFAULT),
                    new Decoding(codec, lease.get(part), small, () -> {})::decode);
        }
    }

    /** Closes every network; ends generations that are under way. Closing twice is allowed. */
    @Override
    public void close() {
        running.forEach(Stopping::pipelineClosed);
        pool.close();
    }
}
