package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.OpenOptions;
import org.clusca.api.Tensor;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.onnx.Device;
import org.clusca.testing.Golden;

/** The small random DiT of the golden set, for tests that need some model. */
final class TinyDit {
    private static final Clusca CLUSCA = Clusca.create();

    private TinyDit() {}

    static Path folder() {
        return Golden.folder("dit").resolve("pipeline");
    }

    static Pipeline open() {
        return CLUSCA.open(folder(), 0);
    }

    static Pipeline open(Device device) {
        return CLUSCA.open(folder(), OpenOptions.defaults().on(device));
    }

    /** Latents of every step, without pictures. */
    static Request.Builder request(String policy) {
        return Request.builder()
                .conditions("tram")
                .steps(6)
                .seed(7)
                .guidance(1.5)
                .policy(CLUSCA.policy(policy))
                .keepLatents(true)
                .decode(false);
    }

    static void assertSameBits(String what, Generated actual, Generated expected) {
        assertSameBits(what, actual.stepLatents(), expected.stepLatents());
        assertSameBits(what, List.of(actual.pictures()), List.of(expected.pictures()));
    }

    private static void assertSameBits(String what, List<Tensor> actual, List<Tensor> expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).shape())
                    .as("%s, %s", what, i)
                    .isEqualTo(expected.get(i).shape());
            // compared as numbers, bit by bit: 0 and -0 differ
            assertThat(actual.get(i).toArray())
                    .as("%s, %s", what, i)
                    .containsExactly(expected.get(i).toArray());
        }
    }
}
