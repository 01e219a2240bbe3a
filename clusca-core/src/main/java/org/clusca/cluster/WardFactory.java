package org.clusca.cluster;

import org.clusca.api.Options;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;

/** Makes {@link Ward}. */
public final class WardFactory implements ClustererFactory {
    @Override
    public String name() {
        return Ward.NAME;
    }

    @Override
    public String description() {
        return "Ward's unions of the two nearest clusters; time grows with the square of the tokens.";
    }

    @Override
    public Clusterer create(Options options) {
        return new Ward();
    }
}
