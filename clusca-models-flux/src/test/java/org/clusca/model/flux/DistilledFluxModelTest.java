package org.clusca.model.flux;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.testkit.BaseModelTest;
import org.junit.jupiter.api.io.TempDir;

/** A network without guidance, as FLUX.1-schnell. */
final class DistilledFluxModelTest extends BaseModelTest {
    @TempDir private static Path folder;

    @Override
    protected Model model() {
        return Clusca.create().model(TinyFlux.distilled(folder));
    }

    @Override
    protected boolean hasBehavior(Behavior behavior) {
        return behavior != Behavior.CLASSES && behavior != Behavior.GUIDANCE;
    }

    @Override
    protected Size size() {
        return new Size(32, 64, 1);
    }

    @Override
    protected OptionalInt maxSequenceLength() {
        return OptionalInt.of(16);
    }
}
