package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Config;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.api.schedule.Scheduler;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.jspecify.annotations.Nullable;

/**
 * An open model. Safe to use from several threads: what a generation needs to remember belongs to
 * the generation. Owns the sessions, which are loaded when first needed and closed with it.
 */
public final class Pipeline implements AutoCloseable {
    /** A trunk session and the names of its outputs. */
    record Trunk(OnnxSession session, TrunkGraph graph) {}

    private final Model model;
    private final OnnxEnvironment environment;
    private final Function<Config, Scheduler> schedulers;
    private final WeightFormat format;
    private final Map<TrunkForm, Trunk> trunks = new HashMap<>();
    private final Map<String, OnnxSession> encoders = new HashMap<>();
    private @Nullable OnnxSession modulation;
    private @Nullable OnnxSession codec;
    private boolean closed;

    /**
     * @param schedulers makes the scheduler of a {@code scheduler_config.json}
     * @param format how weights are held
     */
    public Pipeline(
            Model model,
            OnnxEnvironment environment,
            Function<Config, Scheduler> schedulers,
            WeightFormat format) {
        this.format = requireNonNull(format, "format is null");
        this.model = requireNonNull(model, "model is null");
        this.environment = requireNonNull(environment, "environment is null");
        this.schedulers = requireNonNull(schedulers, "schedulers is null");
    }

    /** How weights are held. */
    public WeightFormat weightFormat() {
        return format;
    }

    private Weights weights() {
        return format.of(model.transformer().weights());
    }

    public Model model() {
        return model;
    }

    /** The scheduler that the model names. */
    public Scheduler defaultScheduler() {
        return schedulers.apply(model.scheduler());
    }

    /**
     * Generates pictures.
     *
     * @throws org.clusca.api.CluscaException when the request does not fit the model or the
     *     machine, was cancelled, or the numbers stopped being finite
     */
    public Generated generate(Request request) {
        return new Generation(this, environment, request).run();
    }

    /**
     * Loads what requests with this policy need, so that the first of them does not wait for it.
     */
    public void prepare(CachePolicy policy) {
        trunk(policy.requirements(), CachePrecision.FLOAT32, model.transformer().spec());
        modulation();
        if (model.codec().isPresent()) {
            codec();
        }
    }

    synchronized Trunk trunk(Requirements wanted, CachePrecision precision, TransformerSpec spec) {
        requireOpen();
        TrunkForm form = TrunkForm.of(wanted, precision, spec);
        Trunk trunk = trunks.get(form);
        if (trunk == null) {
            requireMemory(
                    "Loading " + model.name(),
                    Memory.weights(model.transformer().weights(), format));
            TrunkGraph graph =
                    TrunkGraph.build(model.name(), model.transformer(), weights(), spec, form);
            trunk = new Trunk(OnnxSession.load(environment, graph.graph()), graph);
            trunks.put(form, trunk);
        }
        return trunk;
    }

    /**
     * What a prompt becomes for this model, as a generation would compute it.
     *
     * @throws CluscaException as {@link org.clusca.api.model.Conditioner#condition}
     */
    public Condition condition(Prompt prompt) {
        return model.conditioner().condition(prompt, encoders());
    }

    /** Runs encoders; loads each when it is first asked for. */
    EncoderRunner encoders() {
        return this::encode;
    }

    private synchronized Map<String, Tensor> encode(Encoder encoder, Map<String, Tensor> inputs) {
        requireOpen();
        OnnxSession session = encoders.get(encoder.name());
        if (session == null) {
            String name = model.name() + " " + encoder.name();
            requireMemory("Loading " + name, Memory.weights(encoder.weights(), format));
            session =
                    OnnxSession.load(
                            environment,
                            EncoderGraph.build(name, encoder, format.of(encoder.weights())),
                            false);
            encoders.put(encoder.name(), session);
        }
        return session.run(inputs);
    }

    /** The network's shape in a request. */
    TransformerSpec spec(Request request) {
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
        request.prompts().forEach(model.conditioner()::label);
        TransformerSpec spec = spec(request);
        checkDecoding(request, spec);
        Scheduler chosen = request.scheduler();
        Scheduler scheduler = chosen == null ? defaultScheduler() : chosen;
        int steps =
                scheduler.schedule(request.steps(), spec.tokens(Stream.IMAGE)).timesteps().length;
        request.policy()
                .open(
                        new GenerationContext(
                                spec.branches(),
                                request.images(),
                                1,
                                spec.gridWidth(),
                                spec.latentFrames(),
                                steps,
                                request.seed()));
        requireMemory(request, spec);
    }

    void requireMemory(Request request, TransformerSpec spec) {
        requireMemory(
                "Generating "
                        + (long) request.conditions().size() * request.count()
                        + " images with policy "
                        + request.policy().tag(),
                Memory.run(request, model, spec));
    }

    /** Encoders have done their work; where memory is short they go before the trunk comes. */
    synchronized void makeRoom(Request request, TransformerSpec spec) {
        TrunkForm form =
                TrunkForm.of(request.policy().requirements(), request.cachePrecision(), spec);
        long weights =
                trunks.containsKey(form)
                        ? 0
                        : Memory.weights(model.transformer().weights(), format);
        if (Memory.run(request, model, spec) + weights > Memory.available()) {
            encoders.values().forEach(OnnxSession::close);
            encoders.clear();
        }
    }

    synchronized OnnxSession modulation() {
        requireOpen();
        OnnxSession session = modulation;
        if (session == null) {
            session =
                    OnnxSession.load(
                            environment,
                            ModulationTable.graph(
                                    model.name() + " modulation", model.transformer(), weights()),
                            false);
            modulation = session;
        }
        return session;
    }

    synchronized OnnxSession codec() {
        requireOpen();
        OnnxSession session = codec;
        if (session == null) {
            LatentCodec parts = requireCodec();
            OnnxGraph graph = new OnnxGraph(model.name() + " autoencoder", parts.weights());
            Value latent = graph.input("latent", "batch", model.transformer().spec().latentShape());
            graph.output("picture", parts.decode(graph, latent));
            session = OnnxSession.load(environment, graph);
            codec = session;
        }
        return session;
    }

    void checkDecoding(Request request, TransformerSpec spec) {
        if (request.decode()) {
            Decoding.check(request, spec, requireCodec());
        }
    }

    LatentCodec requireCodec() {
        return model.codec()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.NOT_FOUND,
                                        model.name()
                                                + " comes without an autoencoder, so its latents cannot become pictures; put one into the"
                                                + " folder vae beside it, or ask for latents only."));
    }

    private static void requireMemory(String what, long bytes) {
        Memory.require(what, bytes, Memory.available());
    }

    private void requireOpen() {
        if (closed) {
            throw new CluscaException(
                    ErrorCode.CANCELLED, "The pipeline was closed; open it again to generate.");
        }
    }

    /** Closes every session; waits for runs that are under way. Closing twice is allowed. */
    @Override
    public synchronized void close() {
        closed = true;
        trunks.values().forEach(trunk -> trunk.session().close());
        trunks.clear();
        encoders.values().forEach(OnnxSession::close);
        encoders.clear();
        if (modulation != null) {
            modulation.close();
        }
        if (codec != null) {
            codec.close();
        }
    }
}
