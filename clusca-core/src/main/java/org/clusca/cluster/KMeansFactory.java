package org.clusca.cluster;

import java.util.List;
import java.util.Locale;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;

/** Makes {@link KMeans}. */
public final class KMeansFactory implements ClustererFactory {
    @Override
    public String name() {
        return KMeans.NAME;
    }

    @Override
    public String description() {
        return "The k-means of ClusCa: L1 distance, mean update, warm start.";
    }

    @Override
    public List<Parameter> parameters() {
        return KMeans.PARAMETERS;
    }

    @Override
    public Clusterer create(Options options) {
        return new KMeans(
                new KMeansSettings(
                        options.whole("iterations"),
                        options.real("tolerance"),
                        choice(KMeansSettings.Distance.class, options.text("distance")),
                        choice(KMeansSettings.Start.class, options.text("start")),
                        choice(KMeansSettings.Empty.class, options.text("empty"))));
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }
}
