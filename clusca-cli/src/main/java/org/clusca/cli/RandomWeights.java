package org.clusca.cli;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsWriter;

/**
 * Writes a network with random weights, as one safetensors file with its configuration beside: what
 * costs time is the shape of a network, not what it has learned.
 */
final class RandomWeights {
    private static final float DEVIATION = 0.02f;
    private static final long SEED = 20250912;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** Four of 16 bits are added up: their deviation is {@code 65536 * sqrt(4 / 12)}. */
    private static final float SCALE = (float) (DEVIATION / (65536 * Math.sqrt(4 / 12.0)));

    private static final float MEAN = 2 * 65535f;

    private final float[] chunk = new float[1 << 16];
    private final Tensor memory;
    private long state = SEED;

    private RandomWeights(Map<String, int[]> shapes) {
        // one piece of memory for all tensors, so that writing leaves no trace in the peak
        long largest = shapes.values().stream().mapToLong(Tensor::count).max().orElseThrow();
        memory = Tensor.zeros((int) largest);
    }

    /** The file, in a folder that should hold nothing else. */
    static Path write(Architecture architecture, Path folder) {
        Path file = folder.resolve(architecture.name() + ".safetensors");
        write(file, architecture.tensors());
        Json.write(folder.resolve("config.json"), architecture.config());
        return file;
    }

    static void write(Path file, Map<String, int[]> shapes) {
        RandomWeights weights = new RandomWeights(shapes);
        SafetensorsWriter.write(
                file,
                shapes,
                name -> {
                    int[] shape = requireNonNull(shapes.get(name));
                    return scales(name, shape) ? weights.ones(shape) : weights.next(shape);
                });
    }

    /** Whether these are the factors of a norm, near to one in every trained network. */
    private static boolean scales(String name, int[] shape) {
        return shape.length == 1 && name.endsWith(".weight");
    }

    private Tensor ones(int[] shape) {
        Tensor tensor = memory.rows(0, shape[0]);
        for (int i = 0; i < shape[0]; i++) {
            tensor.data().put(i, 1);
        }
        return tensor;
    }

    private Tensor next(int[] shape) {
        int size = (int) Tensor.count(shape);
        Tensor tensor = memory.rows(0, size).reshape(shape);
        FloatBuffer data = tensor.data();
        while (data.hasRemaining()) {
            int count = Math.min(chunk.length, data.remaining());
            for (int i = 0; i < count; i++) {
                chunk[i] = normal();
            }
            data.put(chunk, 0, count);
        }
        return tensor;
    }

    /** Nearly normal: the sum of four uniform numbers, cut out of one step of SplitMix64. */
    private float normal() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        long sum = (z & 0xffff) + (z >>> 16 & 0xffff) + (z >>> 32 & 0xffff) + (z >>> 48);
        return (sum - MEAN) * SCALE;
    }
}
