package org.clusca.cluster;

import org.clusca.api.Options;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;

/** Makes {@link Consecutive}. */
public final class ConsecutiveFactory implements ClustererFactory {
    @Override
    public String name() {
        return Consecutive.NAME;
    }

    @Override
    public String description() {
        return "Runs of neighbouring tokens of equal length.";
    }

    @Override
    public Clusterer create(Options options) {
        return new Consecutive();
    }
}
