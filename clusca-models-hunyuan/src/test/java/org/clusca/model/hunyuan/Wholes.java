package org.clusca.model.hunyuan;

import java.util.Arrays;
import org.clusca.api.Tensor;

/** Whole numbers between files, tensors and arrays. */
final class Wholes {
    private Wholes() {}

    static Tensor tensor(long[] values, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < values.length; i++) {
            tensor.data().put(i, values[i]);
        }
        return tensor;
    }

    static int[] of(Tensor tensor) {
        int[] values = new int[tensor.size()];
        Arrays.setAll(values, i -> (int) tensor.data().get(i));
        return values;
    }

    /** One row of a file's table. */
    static int[] row(long[] table, int length, int row) {
        return Arrays.stream(table, row * length, (row + 1) * length)
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
