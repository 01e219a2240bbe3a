package org.clusca.engine.trunk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.PlanCheck;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.OnnxSession;

/** The trunk with the memory of one generation: runs it step by step, as plans say. */
public final class TrunkRun implements AutoCloseable {
    private final Device device;
    private final OnnxSession session;
    private final TrunkGraph graph;
    private final TransformerSpec spec;
    private final Requirements requirements;
    private final int batch;
    private final PlanCheck check;
    private final FeatureCache cache;
    private final TrunkMemory memory;
    private final StreamStates states;
    private final SignalMemory signals;

    TrunkRun(
            Device device,
            OnnxSession session,
            TrunkGraph graph,
            TransformerSpec spec,
            GenerationContext context,
            CachePolicy policy,
            List<Map<String, Tensor>> conditions) {
        this.device = device;
        this.session = session;
        this.graph = graph;
        this.spec = spec;
        requirements = policy.requirements();
        batch = context.batch();
        check = new PlanCheck(policy, context);
        cache = new FeatureCache(device, graph.form(), spec, batch);
        try {
            memory = new TrunkMemory(device, spec, conditions);
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
        states = new StreamStates(device, spec, batch);
        signals = new SignalMemory(device, batch);
    }

    /** Where the step's modulation vectors go, {@code [batch, modulationWidth]}. */
    public Tensor modulation() {
        return memory.modulation;
    }

    /** The network's output {@code [batch, outputChannels, ...]}; overwritten by the next step. */
    public Tensor output() {
        return memory.output;
    }

    public long cacheBytes() {
        return cache.bytes();
    }

    /**
     * Runs a step and takes over into the cache what it has written.
     *
     * @param latents {@code [images, channels, ...]}
     */
    public Observation step(StepContext step, StepPlan plan, Tensor latents) {
        check.check(step, plan);
        memory.repeat(latents);
        try (StepInputs inputs =
                new StepInputs(device, graph.form(), spec.branches(), batch, step, plan, cache)) {
            Map<String, DeviceTensor> in = new HashMap<>(inputs.inputs());
            Map<String, DeviceTensor> out = new HashMap<>();
            memory.bind(in, out);
            if (graph.form().keeps()) {
                cache.feed(in);
                cache.request(plan, graph, out);
            }
            Map<Stream, Tensor> shown =
                    plan.observe() && requirements.hidden() ? states.request(graph, out) : Map.of();
            Map<Signal, Map<Integer, Tensor>> seen =
                    plan.observe() && !requirements.signals().isEmpty()
                            ? signals.request(spec.branches(), plan, graph, out)
                            : Map.of();
            session.run(in, out, step.index() == step.steps() - 1);
            cache.commit(step, plan);
            check.committed(step, plan);
            return new Observation(step.index(), shown, seen);
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
