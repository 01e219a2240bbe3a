package org.clusca.model.hunyuan;

import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.testkit.BaseModelTest;

final class HunyuanModelTest extends BaseModelTest {
    @Override
    protected Model model() {
        return Clusca.create().model(TinyHunyuan.folder());
    }

    @Override
    protected boolean hasBehavior(Behavior behavior) {
        return switch (behavior) {
            case CLASSES -> false;
            case GUIDANCE -> TinyHunyuan.takesGuidance();
            case PICTURES, RANGES, ATTENTION_IN_PARTS -> true;
        };
    }

    /** Wider than high, and of another number of frames than either. */
    @Override
    protected Size size() {
        return new Size(64, 32, 9);
    }

    @Override
    protected OptionalInt maxSequenceLength() {
        return OptionalInt.of(20);
    }
}
