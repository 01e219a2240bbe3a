package org.clusca.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.Clusca;
import org.clusca.OpenOptions;
import org.clusca.api.model.Size;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.onnx.RemoteDevice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HunyuanDeviceTest {
    private final Clusca clusca = Clusca.create();

    @ParameterizedTest
    @ValueSource(strings = {"none", "clusca:clusters=4", "toca", "teacache:threshold=0.1"})
    void featuresOutOfTheHostsReach(String tag) {
        float[] here = latents(OpenOptions.defaults(), tag);
        float[] remote = latents(OpenOptions.defaults().on(new RemoteDevice()), tag);

        assertThat(remote).containsExactly(here);
    }

    private float[] latents(OpenOptions options, String tag) {
        try (Pipeline pipeline = clusca.open(TinyHunyuan.folder(), options)) {
            Request request =
                    Request.builder()
                            .conditions(TinyHunyuan.prompts().get(0))
                            .steps(8)
                            .seed(5)
                            .size(new Size(64, 32, 5))
                            .maxSequenceLength(TinyHunyuan.textLength())
                            .policy(clusca.policy(tag, pipeline.model()))
                            .decode(false)
                            .build();
            return pipeline.generate(request).latents().toArray();
        }
    }
}
