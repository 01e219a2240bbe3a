package org.clusca.api.schedule;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/**
 * How much of a latent is noise where a step begins, {@code latent = alpha * sample + sigma *
 * epsilon}, and how the forms of a network's output follow from one another there.
 *
 * @param alphaSlope share of the sample in the velocity
 * @param sigmaSlope share of the noise in it
 * @param output what the network predicts
 */
public record NoiseLevel(
        double alpha, double sigma, double alphaSlope, double sigmaSlope, OutputForm output) {
    /** Of a schedule in which {@code alpha^2 + sigma^2 = 1}. */
    public static NoiseLevel variancePreserving(double alpha, double sigma, OutputForm output) {
        return new NoiseLevel(alpha, sigma, -sigma, alpha, output);
    }

    /** Of flow matching along straight paths, {@code alpha = 1 - sigma}; it predicts a velocity. */
    public static NoiseLevel straight(double sigma) {
        return new NoiseLevel(1 - sigma, sigma, -1, 1, OutputForm.VELOCITY);
    }

    /** Weights that make one form of another: {@code latent * the latent + given * the other}. */
    public record Conversion(double latent, double given) {}

    /**
     * @throws CluscaException INCOMPATIBLE when it does not follow, because the latent is all noise
     *     or has none
     */
    public Conversion conversion(OutputForm from, OutputForm to) {
        if (from == to) {
            return new Conversion(0, 1);
        }
        double determinant = alpha * epsilon(from) - sigma * sample(from);
        if (determinant == 0) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Of a latent with alpha "
                            + alpha
                            + " and sigma "
                            + sigma
                            + ", "
                            + to
                            + " does not follow from "
                            + from
                            + "; forecast the output in another form, or compute that step.");
        }
        return new Conversion(
                (sample(to) * epsilon(from) - epsilon(to) * sample(from)) / determinant,
                (alpha * epsilon(to) - sigma * sample(to)) / determinant);
    }

    /** Share of the sample in a form. */
    private double sample(OutputForm form) {
        return switch (form) {
            case EPSILON -> 0;
            case VELOCITY -> alphaSlope;
            case SAMPLE -> 1;
        };
    }

    /** Share of the noise in it. */
    private double epsilon(OutputForm form) {
        return switch (form) {
            case EPSILON -> 1;
            case VELOCITY -> sigmaSlope;
            case SAMPLE -> 0;
        };
    }
}
