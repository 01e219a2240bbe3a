package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
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

    private final int[] shape;
    private History history = History.EMPTY;

    /** Steps at which some tokens were computed since, and which. */
    private final Map<StepContext, int[][]> since = new LinkedHashMap<>();

    FeatureSlot(Device device, ElementType type, int order, int... shape) {
        this.shape = shape.clone();
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

    /**
     * By how much the first rate is larger where a token was computed since the last full step:
     * {@code [batch, tokens, 1]}.
     */
    Tensor tokenDistances(StepContext step) {
        Tensor shares = Tensor.zeros(shape[0], shape[1], 1);
        for (int i = 0; i < shares.size(); i++) {
            shares.data().put(i, 1);
        }
        since.forEach(
                (then, chosen) -> {
                    float share = history.distance(step) / (float) (step.index() - then.index());
                    for (int row = 0; row < chosen.length; row++) {
                        for (int token : chosen[row]) {
                            shares.data().put(row * shape[1] + token, share);
                        }
                    }
                });
        return shares;
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
        since.clear();
    }

    /** A run has written order 0 alone, where that is kept. */
    void merged() {
        if (current.length > 0) {
            swap(0);
        }
    }

    /** Which tokens it was written by. */
    void remember(StepContext step, int[][] tokens) {
        since.put(step, tokens);
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
