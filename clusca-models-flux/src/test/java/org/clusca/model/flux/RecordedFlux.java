package org.clusca.model.flux;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;

/** A FLUX whose text is given as numbers. */
record RecordedFlux(FluxTransformer transformer, Config scheduler, Tensor text, Tensor pooled)
        implements Model {
    @Override
    public String name() {
        return "recorded";
    }

    @Override
    public Conditioner conditioner() {
        return new Conditioner() {
            @Override
            public Condition condition(Prompt prompt, EncoderRunner encoders) {
                Map<String, Tensor> rows = new HashMap<>();
                rows.put(FluxTransformer.POOLED, pooled);
                if (transformer.config().guidance()) {
                    float scale = (float) prompt.guidance().orElseThrow();
                    rows.put(FluxTransformer.GUIDANCE, Tensor.of(new float[] {scale}, 1));
                }
                return new Condition(
                        prompt.text(), rows, Map.of(FluxTransformer.TEXT, text), List.of());
            }

            @Override
            public int textTokens(Prompt prompt) {
                return text.dimension(1);
            }
        };
    }

    @Override
    public Optional<LatentCodec> codec() {
        return Optional.empty();
    }
}
