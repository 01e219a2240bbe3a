package org.clusca.testkit;

import org.clusca.api.model.Model;

final class ToyModelTest extends BaseModelTest {
    @Override
    protected Model model() {
        return ToyModel.create();
    }

    @Override
    protected boolean hasBehavior(Behavior behavior) {
        return behavior != Behavior.PICTURES;
    }
}
