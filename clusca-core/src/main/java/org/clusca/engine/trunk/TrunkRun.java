package org.clusca.engine.trunk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.PlanCheck;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/** The trunk with the memory of one generation: runs it step by step, as plans say. */
public final class TrunkRun implements AutoCloseable {
    private final Device device;
    private final LoadedTrunk loaded;
    private final TrunkGraph graph;
    private final TransformerSpec spec;
    private final Requirements requirements;
    private final int batch;
    private final PlanCheck check;
    private final FeatureCache cache;
    private final GaugeMemory gauges;
    private final Optional<HeadRun> head;
    private final TrunkMemory memory;
    private final StreamStates states;
    private final SignalMemory signals;
    private final PlaceStates places;
    private final MergeMemory merges;

    TrunkRun(
            Device device,
            LoadedTrunk loaded,
            TrunkGraph graph,
            TransformerSpec spec,
            GenerationContext context,
            CachePolicy policy,
            List<Map<String, Tensor>> conditions) {
        this.device = device;
        this.loaded = loaded;
        this.graph = graph;
        this.spec = spec;
        requirements = policy.requirements(spec.branches());
        batch = context.batch();
        check = new PlanCheck(policy, context);
        cache = new FeatureCache(device, graph.form(), spec, batch);
        head = loaded.head().map(session -> new HeadRun(session, loaded));
        try {
            gauges = new GaugeMemory(device, requirements.gauges(), spec, batch);
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
        try {
            memory = new TrunkMemory(device, spec, conditions);
        } catch (RuntimeException e) {
            cache.close();
            gauges.close();
            throw e;
        }
        states = new StreamStates(device, spec, batch);
        signals = new SignalMemory(device, batch);
        places = new PlaceStates(device, batch);
        merges = new MergeMemory(device, batch);
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
        return cache.bytes() + GaugeMemory.bytes(requirements.gauges(), spec, batch);
    }

    /**
     * Takes the input of the next step.
     *
     * @param latents {@code [images, channels, ...]}
     * @return what gauges show of it
     */
    public Readings begin(Tensor latents) {
        memory.repeat(latents);
        gauges.begin();
        head.ifPresent(
                ahead -> {
                    Map<String, DeviceTensor> in = new HashMap<>();
                    Map<String, DeviceTensor> out = new HashMap<>();
                    memory.feed(in);
                    gauges.ahead(graph.gauges(), in, out);
                    ahead.run(in, out);
                });
        return gauges.readings();
    }

    /**
     * Runs a step; what it writes counts when it is {@linkplain #commit committed}. Nothing runs
     * where the output is forecast.
     */
    public Observation run(StepContext step, StepPlan plan) {
        check.check(step, plan);
        if (plan.skipsNetwork()) {
            return new Observation(step.index(), Map.of(), Map.of());
        }
        try (StepInputs inputs =
                new StepInputs(device, graph.form(), spec, batch, step, plan, cache, merges)) {
            Map<String, DeviceTensor> in = new HashMap<>(inputs.inputs());
            Map<String, DeviceTensor> out = new HashMap<>();
            memory.feed(in);
            memory.request(out);
            if (graph.form().keeps()) {
                cache.feed(in);
                cache.request(plan, graph, out);
            }
            gauges.judged(plan, spec.branches(), graph.gauges(), out);
            Map<Stream, Tensor> shown =
                    plan.observe() && requirements.hidden() ? states.request(graph, out) : Map.of();
            Map<Signal, Map<Integer, Tensor>> seen =
                    plan.observe() && !requirements.signals().isEmpty()
                            ? signals.request(spec.branches(), plan, graph, out)
                            : Map.of();
            Map<Place, Tensor> computed =
                    plan.observe() ? places.request(plan, cache, graph, out) : Map.of();
            head.ifPresent(ahead -> ahead.feed(in));
            loaded.rest().run(in, out, last(step));
            return new Observation(step.index(), shown, seen, computed);
        }
    }

    private static boolean last(StepContext step) {
        return step.index() == step.steps() - 1;
    }

    /** What gauges show of the last run, and of its input. */
    public Readings readings() {
        return gauges.readings();
    }

    /** Takes over into the cache what the last run has written. */
    public void commit(StepContext step, StepPlan plan) {
        cache.commit(step, plan);
        gauges.commit(step, plan, spec.branches());
        check.committed(step, plan);
    }

    @Override
    public void close() {
        cache.close();
        gauges.close();
        head.ifPresent(HeadRun::close);
        memory.close();
        states.close();
        signals.close();
        places.close();
        merges.close();
    }
}
