package org.clusca.cluster;

import java.util.List;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;

/** Makes {@link KMeansPlusPlus}. */
public final class KMeansPlusPlusFactory implements ClustererFactory {
    @Override
    public String name() {
        return KMeansPlusPlus.NAME;
    }

    @Override
    public String description() {
        return "k-means++ of Apache Commons Math: L1 distance, always starts anew; slow.";
    }

    @Override
    public List<Parameter> parameters() {
        return KMeansPlusPlus.PARAMETERS;
    }

    @Override
    public Clusterer create(Options options) {
        return new KMeansPlusPlus(options.whole("iterations"));
    }
}
