package org.clusca.engine.trunk;

import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.Device;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.StopSignal;

/**
 * A loaded denoising network in one form: which branches can be left out, and what is kept of them.
 * Shared by generations; what belongs to one is a {@link TrunkRun}.
 */
public final class Trunk implements AutoCloseable {
    private final Device device;
    private final LoadedTrunk loaded;
    private final TrunkGraph graph;

    private Trunk(Device device, LoadedTrunk loaded, TrunkGraph graph) {
        this.device = device;
        this.loaded = loaded;
        this.graph = graph;
    }

    /**
     * @param name for errors
     * @param weights the transformer's, as they are to be held
     * @param spec of any size: the graph is for all
     */
    public static Trunk load(
            Device device,
            String name,
            Transformer transformer,
            TrunkWeights weights,
            TransformerSpec spec,
            TrunkForm form) {
        TrunkGraph graph = new TrunkGraph(device, name, transformer, weights, spec, form);
        LoadedTrunk loaded = LoadedTrunk.load(device, graph.graph(), graph.gauges().ahead());
        return new Trunk(device, loaded, graph);
    }

    /** The graph that {@link #load} loads. */
    public static OnnxGraph graph(
            Device device,
            String name,
            Transformer transformer,
            TrunkWeights weights,
            TransformerSpec spec,
            TrunkForm form) {
        return new TrunkGraph(device, name, transformer, weights, spec, form).graph();
    }

    /** This trunk; its runs end with the signal. */
    public Trunk stoppedBy(StopSignal signal) {
        return new Trunk(device, loaded.stoppedBy(signal), graph);
    }

    /**
     * Memory of one generation with it; closed by the caller, before the trunk.
     *
     * @param conditions of every row of the batch, as {@link TransformerSpec#trunkRows()}
     */
    public TrunkRun open(
            TransformerSpec spec,
            GenerationContext context,
            CachePolicy policy,
            List<Map<String, Tensor>> conditions) {
        return new TrunkRun(device, loaded, graph, spec, context, policy, conditions);
    }

    /** Bytes of the feature cache of a generation, and of what gauges are read against. */
    public static long cacheBytes(
            Requirements requirements, CachePrecision precision, TransformerSpec spec, long batch) {
        return FeatureCache.bytes(TrunkForm.of(requirements, precision, spec), spec, batch)
                + GaugeMemory.bytes(requirements.gauges(), spec, batch);
    }

    @Override
    public void close() {
        loaded.close();
    }
}
