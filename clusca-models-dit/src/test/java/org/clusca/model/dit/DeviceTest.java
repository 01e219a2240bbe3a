package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.RemoteDevice;
import org.clusca.testing.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is cached lies on a device; the loop does not look at it, and the type it is computed in.
 */
final class DeviceTest {
    private static final String CLUSCA = "clusca:clusters=8,order=2";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fora",
                "taylorseer:keep=last",
                "duca",
                "hyca:interval=2",
                "xslim:steps=FFTBTF,blocks=1000,first=1,ratio=0.3",
                CLUSCA
            })
    void featuresOutOfTheHostsReach(String policy) {
        assertSame(policy, CachePrecision.FLOAT32);
    }

    @ParameterizedTest
    @EnumSource(CachePrecision.class)
    void heldInAnyType(CachePrecision precision) {
        assertSame(CLUSCA, precision);
    }

    private static void assertSame(String policy, CachePrecision precision) {
        try (Pipeline cpu = TinyDit.open();
                Pipeline remote = TinyDit.open(new RemoteDevice())) {
            TinyDit.assertSameBits(
                    policy, generate(remote, policy, precision), generate(cpu, policy, precision));
        }
    }

    /**
     * The network alone is off by 2e-3, which guidance of 1.5 doubles (1.5 + 0.5) and 6 steps add
     * up as their root: 1e-2. Forecasts of order 2 weigh three rounded features by up to 3, 3 and
     * 1.
     */
    @ParameterizedTest
    @CsvSource({
        "none, 1e-2",
        "fora, 1e-2",
        "toca, 1e-2",
        "teacache:threshold=0.3, 1e-2",
        "fbcache:threshold=0.7, 1e-2",
        "'speca:threshold=8,order=0,min=1,compare=branch,reject=true', 1e-2",
        "'clusca:clusters=8,order=2', 4e-2",
        "'xslim:steps=FF.FTF,ratio=1', 1e-2",
        "'xslim:steps=FBFB.F,blocks=1000,first=2', 1e-2"
    })
    void policiesInFloat16(String policy, double tolerance) {
        try (Pipeline cpu = TinyDit.open();
                Pipeline half = TinyDit.open(new CpuDevice(0, ElementType.FLOAT16))) {
            double error =
                    Golden.relativeError(
                            generate(half, policy, CachePrecision.FLOAT32).latents(),
                            generate(cpu, policy, CachePrecision.FLOAT32).latents());

            assertThat(error).isBetween(1e-5, tolerance);
        }
    }

    private static Generated generate(Pipeline pipeline, String policy, CachePrecision precision) {
        return pipeline.generate(TinyDit.request(policy).cachePrecision(precision).build());
    }
}
