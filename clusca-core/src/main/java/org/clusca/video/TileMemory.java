package org.clusca.video;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that are used again: memory outside of the heap would else wait for the next garbage
 * collection, and grow with the number of tiles until then.
 */
final class TileMemory {
    private final Map<List<Integer>, Deque<Tensor>> free = new HashMap<>();

    /** With whatever it held before. */
    Tensor take(int... shape) {
        Tensor used = tensors(shape).poll();
        return used == null ? Tensor.zeros(shape) : used;
    }

    /** Nobody may use it any more. */
    void give(@Nullable Tensor tensor) {
        if (tensor != null) {
            tensors(tensor.shape()).push(tensor);
        }
    }

    /** A copy of {@code [from, to)} along an axis. */
    Tensor slice(Tensor source, int axis, int from, int to) {
        int[] shape = source.shape();
        shape[axis] = to - from;
        Tensor part = take(shape);
        Volume.copy(source, from, part, 0, axis, to - from);
        return part;
    }

    private Deque<Tensor> tensors(int... shape) {
        List<Integer> key = Arrays.stream(shape).boxed().toList();
        return free.computeIfAbsent(key, missing -> new ArrayDeque<>());
    }
}
