package org.clusca.policy;

import java.util.List;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cluster.Clusterer;

/** Finds the channels that move alike, and the solver for each group of them. */
final class HyCaCalibration implements Calibration {
    private static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.whole(
                            "interval", 5, 2, 1000, "Steps from one full step to the next."),
                    Parameter.whole("groups", 3, 1, 1000, "Groups of channels."),
                    Parameter.text(
                            "clusterer", "kmeans", "a clusterer's tag", "What groups channels."));

    @Override
    public List<Parameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public Calibrator open(Options options, Function<String, Clusterer> clusterers) {
        return new HyCaCalibrator(
                options.whole("interval"),
                options.whole("groups"),
                clusterers.apply(options.text("clusterer")));
    }
}
