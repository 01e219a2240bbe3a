package org.clusca.cluster;

import org.clusca.api.Options;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;

/** Makes {@link RandomLabels}. */
public final class RandomLabelsFactory implements ClustererFactory {
    @Override
    public String name() {
        return RandomLabels.NAME;
    }

    @Override
    public String description() {
        return "A random cluster for every token.";
    }

    @Override
    public Clusterer create(Options options) {
        return new RandomLabels();
    }
}
