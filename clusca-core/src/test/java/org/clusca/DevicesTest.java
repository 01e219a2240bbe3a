package org.clusca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DevicesTest {
    private static Device open(String name, ElementType compute) {
        return Devices.named(name, Optional.of(compute)).open(0);
    }

    @Test
    void namesTheProcessor() {
        assertThat(open("cpu", ElementType.FLOAT16).computeType()).isEqualTo(ElementType.FLOAT16);
        assertThat(Devices.named("cpu", Optional.empty()).open(0).computeType())
                .isEqualTo(ElementType.FLOAT32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "", "CPU", "cuda:", "cuda:-1", "cuda:99999", "cuda0"})
    void refusesOtherNames(String name) {
        assertThatThrownBy(() -> Devices.named(name, Optional.empty()))
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
                .hasMessage("There is no device '" + name + "'; choose cpu, cuda, cuda:1 or auto.");
    }

    @Test
    void saysWhatABuildForProcessorsLacks() {
        assumeThat(OrtEnvironment.getAvailableProviders()).doesNotContain(OrtProvider.CUDA);

        assertThatThrownBy(() -> open("cuda", ElementType.BFLOAT16))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("profile cuda")
                .hasMessageContaining("onnxruntime_gpu");
        assertThat(open("auto", ElementType.FLOAT32).arena()).isEqualTo("cpu:0");
    }
}
