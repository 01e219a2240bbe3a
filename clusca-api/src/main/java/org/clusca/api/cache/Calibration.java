package org.clusca.api.cache;

import java.util.List;
import java.util.function.Function;
import org.clusca.api.Experimental;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cluster.Clusterer;

/** How policies of one kind are fitted to a model, by measuring one generation. */
@Experimental
public interface Calibration {
    /** What can be chosen of it. */
    List<Parameter> parameters();

    /**
     * Begins one.
     *
     * @param clusterers gives the clusterer of a tag such as {@code kmeans}
     */
    Calibrator open(Options options, Function<String, Clusterer> clusterers);
}
