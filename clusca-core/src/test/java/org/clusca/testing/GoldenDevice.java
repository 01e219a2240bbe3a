package org.clusca.testing;

import java.util.Locale;
import java.util.Optional;
import org.clusca.Devices;
import org.clusca.OpenOptions;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;

/**
 * Where networks are compared with the originals: the CPU in float32, or what {@code
 * -Dclusca.device=cuda -Dclusca.compute=bfloat16} says.
 */
public final class GoldenDevice {
    private GoldenDevice() {}

    public static Device device() {
        String name = System.getProperty("clusca.device", "");
        return Devices.named(name.isEmpty() ? "cpu" : name, Optional.of(compute())).open(0);
    }

    /** With it, weights as they are. */
    public static OpenOptions options() {
        return OpenOptions.defaults().on(device());
    }

    private static ElementType compute() {
        String name = System.getProperty("clusca.compute", "");
        return name.isEmpty()
                ? ElementType.FLOAT32
                : ElementType.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * The relative error allowed: a number of 16 bits is off by up to half a unit of its last
     * place, and some sixty such roundings, which a value has gone through at the end of a network,
     * add up as their root.
     *
     * @param exact what float32 is held to
     * @param runs of the network, one after the other
     */
    public static double within(double exact, int runs) {
        return within(exact, runs, 1);
    }

    /**
     * The same under guidance.
     *
     * @param guidance by which it multiplies what two rows of the network differ in, and so by
     *     which of them is off by how much
     */
    public static double within(double exact, int runs, double guidance) {
        double roundings = 8 * Math.sqrt(runs) * guidance;
        return switch (compute()) {
            case FLOAT16 -> roundings / (1 << 11);
            case BFLOAT16 -> roundings / (1 << 8);
            default -> exact;
        };
    }
}
