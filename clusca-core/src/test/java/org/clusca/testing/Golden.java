package org.clusca.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.clusca.api.Tensor;
import org.clusca.io.SafetensorsFile;

/**
 * The reference tensors and how close to them a result must be.
 *
 * <p>They lie in the test resources under {@code golden/}; {@code -Dclusca.golden=DIR} replaces the
 * set. A relative DIR counts from where Maven was started.
 */
public final class Golden {
    private Golden() {}

    /** The folder of one part of the set, e.g. {@code dit}. */
    public static Path folder(String name) {
        String given = System.getProperty("clusca.golden", "");
        if (!given.isEmpty()) {
            Path folder =
                    Path.of(System.getProperty("clusca.root", "")).resolve(given).resolve(name);
            assertThat(folder).as("golden set given by clusca.golden=%s", given).isDirectory();
            return folder.toAbsolutePath();
        }
        URL resource = Golden.class.getResource("/golden/" + name);
        assertThat(resource)
                .as("golden set /golden/%s in the test resources of this module", name)
                .isNotNull();
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One file of tensors, e.g. {@code file("dit", "transformer.safetensors")}. */
    public static SafetensorsFile file(String folder, String name) {
        Path file = folder(folder).resolve(name);
        assertThat(Files.exists(file)).as("golden file %s exists", file).isTrue();
        return SafetensorsFile.open(file);
    }

    /** {@code ||a-b|| / ||b||} in double; 0 when both are equal, NaN when one holds a NaN. */
    public static double relativeError(Tensor a, Tensor b) {
        if (a.size() != b.size()) {
            throw new IllegalArgumentException("Sizes differ: " + a + " and " + b);
        }
        FloatBuffer left = a.data();
        FloatBuffer right = b.data();
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < right.capacity(); i++) {
            double delta = (double) left.get(i) - right.get(i);
            difference += delta * delta;
            norm += (double) right.get(i) * right.get(i);
        }
        return difference == 0 ? 0 : Math.sqrt(difference) / Math.sqrt(norm);
    }

    /**
     * Of a batch as many leading rows as were recorded of it: files hold one row where one is
     * enough.
     */
    public static Tensor recorded(Tensor batch, Tensor expected) {
        return batch.rows(0, Math.min(batch.dimension(0), expected.dimension(0)));
    }

    /**
     * Equal shapes, and a {@link #relativeError} of at most {@code tolerance}.
     *
     * @param what is compared, for the message
     */
    public static void assertClose(String what, Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).as("shape of %s", what).isEqualTo(expected.shape());
        double error = relativeError(actual, expected);
        if (error <= tolerance) {
            return;
        }
        int worst = worst(actual, expected);
        fail(
                String.format(
                        Locale.ROOT,
                        "%s: relative error %.3e, allowed %.3e; furthest at %s of %s: %s, expected %s",
                        what,
                        error,
                        tolerance,
                        Arrays.toString(index(worst, expected.shape())),
                        Arrays.toString(expected.shape()),
                        actual.data().get(worst),
                        expected.data().get(worst)));
    }

    /** Where the two differ most; where the first NaN is, if there is one. */
    private static int worst(Tensor actual, Tensor expected) {
        int worst = 0;
        double largest = -1;
        for (int i = 0; i < expected.size(); i++) {
            double delta = Math.abs((double) actual.data().get(i) - expected.data().get(i));
            if (Double.isNaN(delta)) {
                return i;
            }
            if (delta > largest) {
                largest = delta;
                worst = i;
            }
        }
        return worst;
    }

    private static int[] index(int flat, int[] shape) {
        int[] index = new int[shape.length];
        int rest = flat;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }
}
