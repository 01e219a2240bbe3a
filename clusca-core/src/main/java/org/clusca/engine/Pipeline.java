package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.PlanCheck;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Config;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkForm;
import org.clusca.onnx.Device;
import org.clusca.onnx.OnnxSession;

/**
 * An open model. Safe to use from several threads: what a generation needs to remember belongs to
 * the generation. Sessions are loaded when first needed and closed with it.
 */
public final class Pipeline implements AutoCloseable {
    private final Model model;
    private final Device device;
    private final Function<Config, Scheduler> schedulers;
    private final WeightFormat format;
    private final Sessions sessions;
    private volatile Map<Wanted, Condition> conditions = Map.of();

    /**
     * @param schedulers makes the scheduler of a {@code scheduler_config.json}
     * @param format how weights are held
     */
    public Pipeline(
            Model model,
            Device device,
            Function<Config, Scheduler> schedulers,
            WeightFormat format) {
        this.format = requireNonNull(format, "format is null");
        this.model = requireNonNull(model, "model is null");
        this.device = requireNonNull(device, "device is null");
        this.schedulers = requireNonNull(schedulers, "schedulers is null");
        sessions = new Sessions(model, device, format);
    }

    public Model model() {
        return model;
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
        Scheduler chosen = request.scheduler();
        Scheduler scheduler = chosen == null ? defaultScheduler() : chosen;
        NoiseProcess trained = model.process().orElse(null);
        NoiseProcess undone = scheduler.process().orElse(trained);
        if (trained != null && trained != undone) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The scheduler "
                            + scheduler.name()
                            + " undoes "
                            + undone
                            + ", but "
                            + model.name()
                            + " was trained by "
                            + trained
                            + ": its pictures would mean nothing. Take a scheduler of "
                            + trained
                            + (trained == NoiseProcess.FLOW_MATCHING
                                    ? ", such as flow-match-euler."
                                    : ", such as ddim or dpm-solver."));
        }
        return scheduler;
    }

    /**
     * Generates pictures.
     *
     * @throws org.clusca.api.CluscaException when the request does not fit the model or the
     *     machine, was cancelled, or the numbers stopped being finite
     */
    public Generated generate(Request request) {
        return new Generation(this, device, request).run();
    }

    /**
     * What it took to prepare a request.
     *
     * @param loadSeconds spent on loading what was not there yet
     * @param encodingSeconds spent on turning prompts into numbers
     */
    public record Prepared(double loadSeconds, double encodingSeconds) {}

    /**
     * Encodes the prompts of a request and loads what it needs, so that generating it next waits
     * for neither. Encoders come first, and go again where memory is short.
     *
     * @throws CluscaException as {@link #generate}
     */
    public Prepared prepare(Request request) {
        check(request);
        TransformerSpec spec = spec(request);
        double loading = 0;
        if (!conditions.keySet().containsAll(wanted(request))) {
            loading += seconds(() -> model.conditioner().encoders().forEach(sessions::encoder));
        }
        double encoding = seconds(() -> conditions(request));
        requireMemory(request, spec);
        loading +=
                seconds(
                        () -> {
                            sessions.trunk(form(request, spec), spec);
                            sessions.modulation();
                            if (request.decode()) {
                                sessions.codec(requireCodec());
                            }
                        });
        return new Prepared(loading, encoding);
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * What a prompt becomes for this model, as a generation would compute it.
     *
     * @throws CluscaException as {@link org.clusca.api.model.Conditioner#condition}
     */
    public Condition condition(Prompt prompt) {
        return model.conditioner().condition(prompt, this::encode);
    }

    private Map<String, Tensor> encode(Encoder encoder, Map<String, Tensor> inputs) {
        return sessions.encoder(encoder).run(inputs);
    }

    /**
     * What the second row of guidance is conditioned on, where the model's guidance has one.
     *
     * @throws CluscaException as {@link org.clusca.api.model.Conditioner#unconditional}
     */
    public Condition unconditional(Prompt prompt) {
        return model.conditioner().unconditional(prompt, this::encode);
    }

    /**
     * A condition that a request needs.
     *
     * @param unconditional whether it is that of second rows
     */
    private record Wanted(Prompt prompt, boolean unconditional) {}

    private List<Wanted> wanted(Request request) {
        List<Wanted> wanted = new ArrayList<>();
        request.prompts().forEach(prompt -> wanted.add(new Wanted(prompt, false)));
        if (Conditioning.guided(request, model.conditioner())) {
            wanted.add(new Wanted(request.unconditional(), true));
        }
        return wanted;
    }

    /**
     * One condition for each of the request's prompts, and behind them that of second rows where
     * there are some. Those of the last request are remembered: where encoders had to go, they need
     * not come again for the same prompts.
     */
    List<Condition> conditions(Request request) {
        Map<Wanted, Condition> known = conditions;
        Map<Wanted, Condition> own = new HashMap<>();
        for (Wanted wanted : wanted(request)) {
            Condition before = known.get(wanted);
            if (before != null) {
                own.put(wanted, before);
            } else if (!own.containsKey(wanted)) {
                Prompt prompt = wanted.prompt();
                own.put(wanted, wanted.unconditional() ? unconditional(prompt) : condition(prompt));
            }
        }
        conditions = Map.copyOf(own);
        return wanted(request).stream().map(own::get).toList();
    }

    /** The network's shape in a request. */
    public TransformerSpec spec(Request request) {
        return model.transformer()
                .spec(
                        StartLatent.shape(request, model),
                        Conditioning.textTokens(request, model.conditioner()));
    }

    /**
     * Refuses a request as {@link #generate} would, as far as that is possible before weights are
     * loaded.
     */
    public void check(Request request) {
        Conditioning.checkNegative(request, model.conditioner());
        request.prompts().forEach(model.conditioner()::label);
        TransformerSpec spec = spec(request);
        checkDecoding(request, spec);
        Scheduler scheduler = scheduler(request);
        Schedule schedule = scheduler.schedule(request.steps(), spec.tokens(Stream.IMAGE));
        OutputForecast.of(request.policy(), scheduler.name(), schedule);
        GenerationContext context =
                new GenerationContext(
                        spec.branches(),
                        request.images(),
                        1,
                        spec.gridWidth(),
                        spec.latentFrames(),
                        schedule.timesteps().length,
                        request.seed());
        PlanCheck.gauges(request.policy(), context);
        request.policy().open(context);
        requireMemory(request, spec);
    }

    /** What a request needs that is not loaded yet; loads nothing. */
    public MemoryPlan plan(Request request) {
        return plan(request, spec(request));
    }

    private MemoryPlan plan(Request request, TransformerSpec spec) {
        boolean encoded = conditions.keySet().containsAll(wanted(request));
        return Memory.plan(
                request,
                model,
                spec,
                sessions.missingWeights(form(request, spec), request.decode()),
                encoded ? 0 : sessions.missingEncoders());
    }

    private static TrunkForm form(Request request, TransformerSpec spec) {
        return TrunkForm.of(request.policy().requirements(), request.cachePrecision(), spec);
    }

    /**
     * Refuses what the machine cannot have; where memory is short, encoders go first: those that
     * are needed again come before the rest.
     */
    void requireMemory(Request request, TransformerSpec spec) {
        MemoryPlan plan = plan(request, spec);
        if (plan.encoders() + plan.denoising() > Memory.available()) {
            sessions.releaseEncoders();
            plan = plan(request, spec);
        }
        plan.require(request, format, Memory.available());
    }

    void checkDecoding(Request request, TransformerSpec spec) {
        if (request.decode()) {
            Decoding.check(request, spec, requireCodec());
        }
    }

    Trunk trunk(Request request, TransformerSpec spec) {
        return sessions.trunk(form(request, spec), spec);
    }

    OnnxSession modulation() {
        return sessions.modulation();
    }

    /** What the trunk reads of the conditions of a batch's rows. */
    PreparedContext prepared(TransformerSpec spec, List<Condition> batch) {
        return PreparedContext.of(sessions::prepared, spec, batch);
    }

    OnnxSession codec() {
        return sessions.codec(requireCodec());
    }

    LatentCodec requireCodec() {
        return model.codec()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.NOT_FOUND,
                                        model.name()
                                                + " comes without an autoencoder, so its latents cannot become pictures; put one into the"
                                                + " folder vae beside it, or generate latents alone, without decoding them."));
    }

    /** Closes every session; waits for runs that are under way. Closing twice is allowed. */
    @Override
    public void close() {
        sessions.close();
    }
}
