package org.clusca.model.flux;

import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.testkit.BaseModelTest;

final class FluxModelTest extends BaseModelTest {
    @Override
    protected Model model() {
        return Clusca.create().model(TinyFlux.folder());
    }

    @Override
    protected boolean hasBehavior(Behavior behavior) {
        return switch (behavior) {
            case CLASSES -> false;
            case GUIDANCE -> TinyFlux.takesGuidance();
            case PICTURES, RANGES, ATTENTION_IN_PARTS -> true;
        };
    }

    /** Wider than high: so that rows and columns cannot be taken for each other. */
    @Override
    protected Size size() {
        return new Size(96, 64, 1);
    }

    @Override
    protected OptionalInt maxSequenceLength() {
        return OptionalInt.of(20);
    }
}
