package org.clusca.engine.trunk;

import java.util.HashMap;
import java.util.Map;
import org.clusca.api.cache.Merge;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;

/** The weights by which each branch's computed tokens move others, written anew at every step. */
final class MergeMemory implements AutoCloseable {
    private final Device device;
    private final int batch;
    private final Map<Integer, Entry> branches = new HashMap<>();

    MergeMemory(Device device, int batch) {
        this.device = device;
        this.batch = batch;
    }

    /**
     * @param chosen {@code [batch][*]}, {@code n} at most
     */
    Entry write(int branch, int tokens, int n, Merge merge, int[][] chosen) {
        Entry entry = branches.get(branch);
        if (entry == null || entry.weights.chosen() != n) {
            if (entry != null) {
                entry.close();
            }
            entry = Entry.of(device, new MergeWeights(batch, tokens, n));
            branches.put(branch, entry);
        }
        entry.weights.set(merge, chosen);
        return entry;
    }

    /** As a run reads them. */
    record Entry(MergeWeights weights, DeviceTensor keep, DeviceTensor spread)
            implements AutoCloseable {
        private static Entry of(Device device, MergeWeights weights) {
            return new Entry(weights, device.view(weights.keep()), device.view(weights.spread()));
        }

        @Override
        public void close() {
            keep.close();
            spread.close();
        }
    }

    @Override
    public void close() {
        branches.values().forEach(Entry::close);
    }
}
