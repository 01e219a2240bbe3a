package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CudaLibrariesTest {
    private static String failed(String library) {
        return "Failed to load library libonnxruntime_providers_cuda.so with error: "
                + library
                + ": cannot open shared object file: No such file or directory";
    }

    @Test
    void namesTheVersionsOfCuda() {
        assertThat(CudaLibraries.explain(failed("libcublasLt.so.12"), "13.0"))
                .contains("built for CUDA 12", "libcublasLt.so.12 is not found")
                .contains("the driver can run CUDA 13.0", "docs/gpu.md");
    }

    @Test
    void tellsCudnnFromCuda() {
        assertThat(CudaLibraries.explain(failed("libcudnn.so.9"), "12.8"))
                .contains("built for cuDNN 9", "Install cuDNN 9");
    }

    @Test
    void passesOnWhatItDoesNotKnow() {
        assertThat(CudaLibraries.explain("CUDA failure 100", "12.8")).contains("CUDA failure 100");
    }
}
