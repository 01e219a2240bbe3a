package org.clusca.testkit;

import org.clusca.api.model.Model;

final class ToyTextModelTest extends BaseModelTest {
    @Override
    protected Model model() {
        return ToyTextModel.create();
    }

    @Override
    protected boolean hasBehavior(Behavior behavior) {
        return behavior != Behavior.CLASSES && behavior != Behavior.PICTURES;
    }
}
