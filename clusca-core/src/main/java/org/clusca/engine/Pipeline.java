package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Requirements;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.TransformerSpec;
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
    private final Map<Requirements, Trunk> trunks = new HashMap<>();
    private @Nullable OnnxSession modulation;
    private @Nullable OnnxSession codec;
    private boolean closed;

    /**
     * @param schedulers makes the scheduler of a {@code scheduler_config.json}
     */
    public Pipeline(
            Model model, OnnxEnvironment environment, Function<Config, Scheduler> schedulers) {
        this.model = requireNonNull(model, "model is null");
        this.environment = requireNonNull(environment, "environment is null");
        this.schedulers = requireNonNull(schedulers, "schedulers is null");
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
        trunk(policy.requirements());
        modulation();
        if (model.codec().isPresent()) {
            codec();
        }
    }

    synchronized Trunk trunk(Requirements wanted) {
        requireOpen();
        // hidden states are an output of every graph: asking for them needs no other one
        Requirements form =
                new Requirements(wanted.order(), wanted.tokens(), false, wanted.signals());
        Trunk trunk = trunks.get(form);
        if (trunk == null) {
            requireMemory("Loading " + model.name(), Memory.weights(model.transformer().weights()));
            TrunkGraph graph = TrunkGraph.build(model.name(), model.transformer(), form);
            trunk = new Trunk(OnnxSession.load(environment, graph.graph()), graph);
            trunks.put(form, trunk);
        }
        return trunk;
    }

    synchronized OnnxSession modulation() {
        requireOpen();
        OnnxSession session = modulation;
        if (session == null) {
            session =
                    OnnxSession.load(
                            environment,
                            ModulationTable.graph(
                                    model.name() + " modulation", model.transformer()),
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
            TransformerSpec spec = model.transformer().spec();
            OnnxGraph graph = new OnnxGraph(model.name() + " autoencoder", parts.weights());
            Value latent =
                    graph.input(
                            "latent",
                            OnnxGraph.Type.FLOAT,
                            "batch",
                            spec.latentChannels(),
                            "height",
                            "width");
            graph.output("picture", parts.decode(graph, latent));
            session = OnnxSession.load(environment, graph);
            codec = session;
        }
        return session;
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
        if (modulation != null) {
            modulation.close();
        }
        if (codec != null) {
            codec.close();
        }
    }
}
