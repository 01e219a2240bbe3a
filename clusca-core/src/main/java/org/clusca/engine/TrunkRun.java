package org.clusca.engine;

import java.util.HashMap;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;

/** The trunk with the memory of one generation: runs it step by step, as plans say. */
final class TrunkRun implements AutoCloseable {
    private final OnnxEnvironment environment;
    private final Sessions.Trunk trunk;
    private final TransformerSpec spec;
    private final Requirements requirements;
    private final int batch;
    private final FeatureCache cache;
    private final TrunkMemory memory;
    private final StreamStates states;
    private final SignalMemory signals;

    TrunkRun(
            OnnxEnvironment environment,
            Sessions.Trunk trunk,
            TransformerSpec spec,
            Request request,
            Conditioning conditioning) {
        this.environment = environment;
        this.trunk = trunk;
        this.spec = spec;
        requirements = request.policy().requirements();
        batch = conditioning.batch();
        cache = new FeatureCache(environment, requirements, request.cachePrecision(), spec, batch);
        try {
            memory = new TrunkMemory(environment, spec, conditioning.context());
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
        states = new StreamStates(environment, spec, batch);
        signals = new SignalMemory(environment, batch);
    }

    /** Where the step's modulation vectors go, {@code [batch, modulationWidth]}. */
    Tensor modulation() {
        return memory.modulation;
    }

    /** The network's output {@code [batch, outputChannels, ...]}; overwritten by the next step. */
    Tensor output() {
        return memory.output;
    }

    long cacheBytes() {
        return cache.bytes();
    }

    /**
     * @param latents {@code [images, channels, ...]}
     */
    Observation step(int index, StepPlan plan, Tensor latents) {
        memory.repeat(latents);
        try (StepInputs inputs =
                new StepInputs(
                        environment, requirements, spec.branches(), batch, index, plan, cache)) {
            Map<String, NativeTensor> in = new HashMap<>(inputs.inputs());
            Map<String, NativeTensor> out = new HashMap<>();
            memory.bind(in, out);
            if (requirements.keeps()) {
                cache.feed(in);
                cache.request(plan, trunk.graph(), out);
            }
            Map<Stream, Tensor> shown =
                    plan.observe() && requirements.hidden()
                            ? states.request(trunk.graph(), out)
                            : Map.of();
            Map<Signal, Map<Integer, Tensor>> seen =
                    plan.observe() && !requirements.signals().isEmpty()
                            ? signals.request(spec.branches(), plan, trunk.graph(), out)
                            : Map.of();
            trunk.session().run(in, out);
            cache.commit(plan, index);
            return new Observation(index, shown, seen);
        }
    }

    @Override
    public void close() {
        cache.close();
        memory.close();
        states.close();
        signals.close();
    }
}
