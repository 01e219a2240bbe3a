package org.clusca.policy;

import java.util.List;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cluster.Clusterer;

/** Makes a schedule for X-Slim from the changes of one generation. */
final class XSlimCalibration implements Calibration {
    private static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.real(
                            "threshold",
                            1,
                            0,
                            1e6,
                            "Sum of changes at which a step is full, as a multiple of their mean; higher is faster."),
                    Parameter.whole("first", 4, 1, 1000, "Leading steps that are always full."),
                    Parameter.whole("final", 1, 0, 1000, "Last steps that are always full."),
                    Parameter.choice(
                            "refresh",
                            "Whether calm full steps become refreshes of blocks and tokens.",
                            "true",
                            "false"));

    @Override
    public List<Parameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public Calibrator open(Options options, Function<String, Clusterer> clusterers) {
        return new XSlimCalibrator(options);
    }
}
