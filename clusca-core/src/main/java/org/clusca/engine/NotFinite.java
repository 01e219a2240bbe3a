package org.clusca.engine;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Model;
import org.clusca.io.WeightScan;

/** Stops a generation whose numbers have gone bad, and looks for the weight that did it. */
final class NotFinite {
    private NotFinite() {}

    static void check(Tensor output, int step, double timestep, Model model) {
        if (output.isFinite()) {
            return;
        }
        String cause =
                WeightScan.firstNotFinite(model.transformer().weights())
                        .map(
                                name ->
                                        "the weight "
                                                + name
                                                + " of "
                                                + model.transformer().weights().origin()
                                                + " holds NaN or infinity")
                        .orElse(
                                "all weights are finite, so the latents overflowed: lower the guidance scale or choose a more"
                                        + " cautious policy");
        throw new CluscaException(
                ErrorCode.NOT_FINITE,
                "The network's output is not finite at step "
                        + step
                        + " (timestep "
                        + timestep
                        + "): "
                        + cause
                        + ".");
    }
}
