package org.clusca.onnx;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Locale;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * What NVIDIA's driver tells of the machine's GPUs, through its management library NVML, which
 * needs no CUDA and takes no memory on a GPU.
 */
final class NvidiaDriver {
    private static final String LIBRARY =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")
                    ? "nvml"
                    : "libnvidia-ml.so.1";

    private static final int NAME_LENGTH = 96;

    private final NativeLibrary library;

    private NvidiaDriver(NativeLibrary library) {
        this.library = library;
    }

    /**
     * @throws CluscaException INCOMPATIBLE where there is no driver
     */
    static NvidiaDriver load() {
        try {
            NvidiaDriver driver = new NvidiaDriver(NativeLibrary.getInstance(LIBRARY));
            driver.call("nvmlInit_v2");
            return driver;
        } catch (UnsatisfiedLinkError e) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "There is no NVIDIA driver on this machine ("
                            + LIBRARY
                            + " is not found), so nothing can run on a GPU; use the device cpu.",
                    e);
        }
    }

    /** How many GPUs there are. */
    int count() {
        IntByReference count = new IntByReference();
        call("nvmlDeviceGetCount_v2", count);
        return count.getValue();
    }

    /** Such as {@code NVIDIA H200}. */
    String name(int index) {
        Memory name = new Memory(NAME_LENGTH);
        call("nvmlDeviceGetName", device(index), name, NAME_LENGTH);
        return name.getString(0);
    }

    /** The newest CUDA that the driver can run, such as {@code 12.8}. */
    String cuda() {
        IntByReference version = new IntByReference();
        call("nvmlSystemGetCudaDriverVersion_v2", version);
        return version.getValue() / 1000 + "." + version.getValue() % 1000 / 10;
    }

    /** Bytes of a GPU's memory that nobody uses. */
    long free(int index) {
        Memory total = new Memory(3L * Long.BYTES);
        call("nvmlDeviceGetMemoryInfo", device(index), total);
        // total, free, used
        return total.getLong(Long.BYTES);
    }

    private Pointer device(int index) {
        PointerByReference device = new PointerByReference();
        call("nvmlDeviceGetHandleByIndex_v2", index, device);
        return device.getValue();
    }

    private void call(String function, Object... arguments) {
        int status = library.getFunction(function).invokeInt(arguments);
        if (status != 0) {
            String said =
                    library.getFunction("nvmlErrorString")
                            .invokePointer(new Object[] {status})
                            .getString(0, Native.getDefaultStringEncoding());
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "NVIDIA's driver does not answer (" + function + ": " + said + ").");
        }
    }
}
