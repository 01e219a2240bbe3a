package org.example;

import org.clusca.api.cluster.Clusterer;
import org.clusca.testkit.BaseClustererTest;

final class TurnByTurnTest extends BaseClustererTest {
    @Override
    protected Clusterer clusterer() {
        return new TurnByTurn();
    }

    @Override
    protected boolean hasBehavior(Behavior behavior) {
        return behavior == Behavior.REGISTERED;
    }
}
