package org.clusca;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.CudaDevice;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;

/** What pipelines compute on. */
@FunctionalInterface
public interface Devices {
    /**
     * @param threads 0 for one per core
     */
    Device open(int threads);

    /**
     * A device by its name.
     *
     * @param name {@code cpu}; {@code cuda} or {@code cuda:1} for an NVIDIA GPU; {@code auto} for
     *     the first GPU if this build and this machine can use one, else the CPU
     * @param compute in which type the networks compute; empty for what suits the device: FLOAT32
     *     on the CPU, BFLOAT16, in which the large models are published, on a GPU
     * @throws CluscaException INVALID_PARAMETER for another name
     */
    static Devices named(String name, Optional<ElementType> compute) {
        ElementType onGpu = compute.orElse(ElementType.BFLOAT16);
        Devices cpu = threads -> new CpuDevice(threads, compute.orElse(ElementType.FLOAT32));
        if (name.equals("cpu")) {
            return cpu;
        }
        if (name.equals("auto")) {
            return threads -> {
                try {
                    return CudaDevice.open(threads, 0, onGpu);
                } catch (CluscaException e) {
                    System.getLogger(Devices.class.getName())
                            .log(System.Logger.Level.DEBUG, "On the CPU: {0}", e.getMessage());
                    return cpu.open(threads);
                }
            };
        }
        Matcher cuda = Pattern.compile("cuda(?::(\\d{1,4}))?").matcher(name);
        if (!cuda.matches()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "There is no device '" + name + "'; choose cpu, cuda, cuda:1 or auto.");
        }
        int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        return threads -> CudaDevice.open(threads, index, onGpu);
    }
}
