package org.clusca.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Config;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.flops.FlopsConvention;
import org.junit.jupiter.api.Test;

/** What the published network costs by its spec: 65 frames of 480x640, 256 tokens of text. */
final class HunyuanFlopsTest {
    private static final Config PUBLISHED =
            new Config("test", Map.of("_class_name", "HunyuanVideoTransformer3DModel"));

    @Test
    void aFullStepCostsWhatIsPublished() {
        HunyuanConfig config = HunyuanConfig.diffusers(PUBLISHED);
        TransformerSpec spec =
                new HunyuanTransformer(config, Weights.none("The test"))
                        .spec(new int[] {16, 17, 60, 80}, 256);
        assertThat(config.blocks().width()).isEqualTo(3072);
        assertThat(spec.tokens(org.clusca.api.model.Stream.IMAGE)).isEqualTo(20400);
        StepPlan plan =
                new StepPlan(
                        Collections.nCopies(spec.branches().size(), new Action.Compute(false)),
                        false);
        long flops = FlopsConvention.B.step(spec, 1, plan);
        assertThat(String.format(Locale.ROOT, "%.2f", flops / 1e12)).isEqualTo("595.46");
        long rest = FlopsConvention.B.withoutTrunk(spec, 1) + 2 * spec.blockModulations().linear();
        assertThat(rest / 1e9).as("outside of the blocks").isBetween(145.0, 146.0);
        assertThat(List.copyOf(spec.branches())).hasSize(20 * 4 + 40);
    }
}
