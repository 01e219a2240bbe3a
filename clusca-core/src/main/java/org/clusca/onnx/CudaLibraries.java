package org.clusca.onnx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ONNX Runtime's CUDA provider says when it cannot start, in words that help. */
final class CudaLibraries {
    private static final Pattern MISSING =
            Pattern.compile("(lib\\w+)\\.so\\.(\\d+): cannot open shared object file");

    private CudaLibraries() {}

    /**
     * @param driver the newest CUDA that the driver can run
     */
    static String explain(String message, String driver) {
        Matcher missing = MISSING.matcher(message);
        if (!missing.find()) {
            return "ONNX Runtime's CUDA provider does not start (the driver can run CUDA "
                    + driver
                    + "): "
                    + message;
        }
        String library = missing.group(1) + ".so." + missing.group(2);
        boolean cudnn = missing.group(1).startsWith("libcudnn");
        String wanted = (cudnn ? "cuDNN " : "CUDA ") + missing.group(2);
        return "ONNX Runtime's CUDA provider was built for "
                + wanted
                + ", but "
                + library
                + " is not found; the driver can run CUDA "
                + driver
                + ". Install "
                + wanted
                + " beside what is there and name its folder in LD_LIBRARY_PATH; for another"
                + " version of CUDA see docs/gpu.md.";
    }
}
