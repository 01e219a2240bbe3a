package org.clusca.testkit;

import java.util.function.DoubleBinaryOperator;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Norm;

/** {@link Norm}s in plain Java and double precision. */
final class Distances {
    private Distances() {}

    /** Of each row of {@code a} from the same row of {@code b}. */
    static double[] of(Norm norm, Tensor a, Tensor b) {
        double[] rows = new double[a.dimension(0)];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = of(norm, a.rows(row, row + 1).toArray(), b.rows(row, row + 1).toArray());
        }
        return rows;
    }

    private static double of(Norm norm, float[] a, float[] b) {
        return switch (norm) {
            case L1 -> mean(a, b, (x, y) -> Math.abs(x - y));
            case L2 -> Math.sqrt(squares(a, b));
            case RELATIVE_L1 ->
                    mean(a, b, (x, y) -> Math.abs(x - y)) / mean(a, b, (x, y) -> Math.abs(y));
            case RELATIVE_L2 -> Math.sqrt(squares(a, b) / mean(a, b, (x, y) -> y * y));
            case ELEMENTWISE_L1 -> mean(a, b, Distances::ratio);
            case ELEMENTWISE_L2 -> Math.sqrt(mean(a, b, (x, y) -> ratio(x, y) * ratio(x, y)));
            case COSINE ->
                    1
                            - mean(a, b, (x, y) -> x * y)
                                    / Math.sqrt(
                                            mean(a, b, (x, y) -> x * x)
                                                    * mean(a, b, (x, y) -> y * y));
        };
    }

    private static double ratio(double x, double y) {
        return Math.abs(x - y) / (Math.abs(y) + 1e-10);
    }

    private static double squares(float[] a, float[] b) {
        return mean(a, b, (x, y) -> (x - y) * (x - y));
    }

    private static double mean(float[] a, float[] b, DoubleBinaryOperator of) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += of.applyAsDouble(a[i], b[i]);
        }
        return sum / a.length;
    }
}
