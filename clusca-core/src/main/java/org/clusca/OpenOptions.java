package org.clusca;

import static java.util.Objects.requireNonNull;

import org.clusca.engine.WeightFormat;
import org.clusca.engine.WeightFormats;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.Device;

/**
 * How a model is opened.
 *
 * @param device where its networks run, and in which type they compute
 * @param weights how they are held
 */
public record OpenOptions(Device device, WeightFormats weights) {
    public OpenOptions {
        requireNonNull(device, "device is null");
        requireNonNull(weights, "weights is null");
    }

    /** On the CPU, in float32, with weights as they are. */
    public static OpenOptions defaults() {
        return threads(0);
    }

    /**
     * As {@link #defaults}.
     *
     * @param threads 0 for one per core; fixed by the first model opened in a process
     */
    public static OpenOptions threads(int threads) {
        return new OpenOptions(new CpuDevice(threads), WeightFormats.FLOAT32);
    }

    /**
     * These with another device, such as {@code CudaDevice.open(0, 0, ElementType.BFLOAT16)} or
     * {@code new CpuDevice(0, ElementType.FLOAT16)}; by name with {@link Devices#named}.
     */
    public OpenOptions on(Device other) {
        return new OpenOptions(other, weights);
    }

    /** The same format of all components. */
    public OpenOptions weights(WeightFormat other) {
        return weights(WeightFormats.all(other));
    }

    public OpenOptions weights(WeightFormats other) {
        return new OpenOptions(device, other);
    }
}
