package org.clusca.schedule;

import org.clusca.api.model.Config;
import org.clusca.api.schedule.OutputForm;

/**
 * What the network predicts, and how the clean latent x0 and the noise epsilon follow from it.
 *
 * <p>Everywhere {@code latent = signal * x0 + sigma * epsilon} with {@code signal^2 + sigma^2 = 1}.
 */
enum Prediction {
    /** The noise (Ho et al. 2020). */
    EPSILON(OutputForm.EPSILON) {
        @Override
        double x0(double output, double latent, double signal, double sigma) {
            return (latent - sigma * output) / signal;
        }

        @Override
        double epsilon(double output, double latent, double signal, double sigma) {
            return output;
        }
    },
    /** The clean latent. */
    SAMPLE(OutputForm.SAMPLE) {
        @Override
        double x0(double output, double latent, double signal, double sigma) {
            return output;
        }

        @Override
        double epsilon(double output, double latent, double signal, double sigma) {
            return (latent - signal * output) / sigma;
        }
    },
    /** The velocity {@code signal * epsilon - sigma * x0} (Salimans and Ho 2022). */
    V_PREDICTION(OutputForm.VELOCITY) {
        @Override
        double x0(double output, double latent, double signal, double sigma) {
            return signal * latent - sigma * output;
        }

        @Override
        double epsilon(double output, double latent, double signal, double sigma) {
            return signal * output + sigma * latent;
        }
    };

    private final OutputForm form;

    Prediction(OutputForm form) {
        this.form = form;
    }

    OutputForm form() {
        return form;
    }

    static Prediction of(Config config) {
        return switch (config.choice(
                "prediction_type", "epsilon", "epsilon", "sample", "v_prediction")) {
            case "epsilon" -> EPSILON;
            case "sample" -> SAMPLE;
            default -> V_PREDICTION;
        };
    }

    abstract double x0(double output, double latent, double signal, double sigma);

    abstract double epsilon(double output, double latent, double signal, double sigma);
}
