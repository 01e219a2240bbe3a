package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import picocli.CommandLine.Option;

/** Which clusters to show. */
final class ClusterOptions {
    private static final int SHOWN = 4;

    @Option(
            names = "--show-clusters",
            description =
                    "Add a row that paints each token of the first picture with its cluster and marks the tokens that were computed.")
    private boolean show;

    @Option(
            names = "--cluster-steps",
            paramLabel = "STEP",
            split = ",",
            description =
                    "Cached steps to show, counted from 0, e.g. 3,20,44. Default: four, evenly spread.")
    private List<Integer> steps = new ArrayList<>();

    boolean show() {
        return show || !steps.isEmpty();
    }

    /**
     * @throws CluscaException INVALID_PARAMETER when a step that was asked for has nothing to show
     */
    List<Integer> steps(ClusterTrace trace) {
        if (steps.isEmpty()) {
            return trace.spread(SHOWN);
        }
        for (int step : steps) {
            if (!trace.steps().containsKey(step)) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "--cluster-steps: step "
                                + step
                                + " is not a cached step with clusters; those are "
                                + trace.steps().keySet()
                                + ".");
            }
        }
        return steps;
    }
}
