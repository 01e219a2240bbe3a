package org.clusca.engine;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Weights;
import org.clusca.io.WeightScan;

/** Stops a generation whose numbers have gone bad, and looks for the weight that did it. */
final class NotFinite {
    private NotFinite() {}

    static void check(Tensor output, int step, double timestep, Model model) {
        check(
                output,
                "The network's output is not finite at step "
                        + step
                        + " (timestep "
                        + timestep
                        + ")",
                model.transformer().weights());
    }

    static void check(Tensor pictures, LatentCodec codec) {
        check(pictures, "The decoded pictures are not finite", codec.weights());
    }

    private static void check(Tensor numbers, String what, Weights weights) {
        if (numbers.isFinite()) {
            return;
        }
        String cause =
                WeightScan.firstNotFinite(weights)
                        .map(
                                name ->
                                        "the weight "
                                                + name
                                                + " of "
                                                + weights.origin()
                                                + " holds NaN or infinity")
                        .orElse(
                                "all weights are finite, so the latents overflowed: lower the guidance scale or choose a more"
                                        + " cautious policy");
        throw new CluscaException(ErrorCode.NOT_FINITE, what + ": " + cause + ".");
    }
}
