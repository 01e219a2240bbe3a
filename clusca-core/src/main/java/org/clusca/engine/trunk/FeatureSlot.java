package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.cache.History;
import org.clusca.api.cache.StepContext;
import org.clusca.onnx.Device;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.ElementType;

/**
 * One cached tensor, its output (order 0) and the divided differences, each in two buffers that
 * swap, because a run may not write what it reads.
 */
final class FeatureSlot implements AutoCloseable {
    private final DeviceTensor[] current;
    private final DeviceTensor[] spare;

    private History history = History.EMPTY;

    FeatureSlot(Device device, ElementType type, int order, int... shape) {
        current = new DeviceTensor[order + 1];
        spare = new DeviceTensor[order + 1];
        List<DeviceTensor> made = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * (order + 1); i++) {
                made.add(device.allocate(type, shape));
            }
        } catch (RuntimeException e) {
            // memory may run out, and nobody else knows of those that there was enough for
            made.forEach(DeviceTensor::close);
            throw e;
        }
        for (int i = 0; i <= order; i++) {
            current[i] = made.get(2 * i);
            spare[i] = made.get(2 * i + 1);
        }
    }

    int order() {
        return current.length - 1;
    }

    /** When it was computed on all tokens. */
    History history() {
        return history;
    }

    /**
     * Factor of the difference of order {@code i}: one over the distance, or 0 where there is
     * nothing to subtract.
     */
    float rate(int i, StepContext step, boolean restart) {
        return restart || history.held() < i ? 0 : 1f / history.distance(step);
    }

    /** What a run reads. */
    DeviceTensor current(int i) {
        return current[i];
    }

    /** Where a run writes. */
    DeviceTensor spare(int i) {
        return spare[i];
    }

    /** A run has written all orders. */
    void computed(StepContext step, boolean restart) {
        for (int i = 0; i < current.length; i++) {
            swap(i);
        }
        history = history.with(step, restart, current.length);
    }

    /** A run has written order 0 alone, where that is kept. */
    void merged() {
        if (current.length > 0) {
            swap(0);
        }
    }

    private void swap(int i) {
        DeviceTensor other = current[i];
        current[i] = spare[i];
        spare[i] = other;
    }

    @Override
    public void close() {
        for (int i = 0; i < current.length; i++) {
            current[i].close();
            spare[i].close();
        }
    }
}
