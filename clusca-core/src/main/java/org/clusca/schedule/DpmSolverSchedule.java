package org.clusca.schedule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;

/**
 * The multistep solver of one generation; remembers the clean latents of the last steps.
 *
 * <p>Time is lambda, the logarithm of the ratio of picture to noise. A step scales the latent by
 * the ratio of the noise shares and adds a weighted sum of the newest clean latents, one per order:
 * x0 is taken as a polynomial in lambda through them (Lu et al. 2022, "DPM-Solver++", algorithm 2
 * and appendix; for order 3 Lu et al. 2022, "DPM-Solver").
 */
final class DpmSolverSchedule implements Schedule {
    private final double[] timesteps;
    private final double[] sigmas;
    private final Prediction prediction;
    private final DpmSolverOrder order;
    private final boolean heun;

    /** Clean latents, newest first. */
    private final Deque<double[]> history = new ArrayDeque<>();

    private int next;

    /**
     * @param sigmas {@code [steps + 1]}
     * @param heun which of two second-order formulas
     */
    DpmSolverSchedule(
            double[] timesteps,
            double[] sigmas,
            Prediction prediction,
            DpmSolverOrder order,
            boolean heun) {
        this.timesteps = timesteps;
        this.sigmas = sigmas;
        this.prediction = prediction;
        this.order = order;
        this.heun = heun;
    }

    @Override
    public double[] timesteps() {
        return timesteps.clone();
    }

    @Override
    public Optional<NoiseLevel> level(int index) {
        return Optional.of(
                NoiseLevel.variancePreserving(
                        signalShare(index), noiseShare(index), prediction.form()));
    }

    @Override
    public Tensor step(int index, Tensor modelOutput, Tensor latent, NoiseSource noise) {
        if (index != next || index >= timesteps.length) {
            throw new IllegalStateException(
                    "Step "
                            + index
                            + " of "
                            + timesteps.length
                            + " was asked for after "
                            + next
                            + " steps; a multistep schedule runs once, in order.");
        }
        remember(cleanLatent(index, modelOutput, latent));
        float[] values = latent.toArray();
        int used = order.at(index, sigmas);
        double[] weights = weights(index, used);
        double latentWeight = noiseShare(index + 1) / noiseShare(index);
        Iterator<double[]> newestFirst = history.iterator();
        double[] sum = new double[values.length];
        for (int back = 0; back < used; back++) {
            double[] x0 = newestFirst.next();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights[back] * x0[i];
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (latentWeight * values[i] + sum[i]);
        }
        next++;
        return Tensor.of(values, latent.shape());
    }

    private double[] cleanLatent(int index, Tensor modelOutput, Tensor latent) {
        float[] output = ModelOutput.prediction(modelOutput, latent);
        float[] values = latent.toArray();
        double[] x0 = new double[values.length];
        for (int i = 0; i < x0.length; i++) {
            x0[i] = prediction.x0(output[i], values[i], signalShare(index), noiseShare(index));
        }
        return x0;
    }

    private void remember(double[] x0) {
        history.addFirst(x0);
        if (history.size() > order.most()) {
            history.removeLast();
        }
    }

    /** Weights of the clean latents in the next latent, newest first, {@code [order]}. */
    private double[] weights(int index, int used) {
        double width = lambda(index + 1) - lambda(index);
        double signal = signalShare(index + 1);
        double decay = Math.expm1(-width);
        double constant = -signal * decay;
        if (used == 1) {
            return new double[] {constant};
        }
        // The differences, each in units of this step's width.
        double nearRatio = (lambda(index) - lambda(index - 1)) / width;
        double slope = signal * (decay / width + 1);
        if (used == 2) {
            double weight = (heun ? slope : constant / 2) / nearRatio;
            return new double[] {constant + weight, -weight};
        }
        double farRatio = (lambda(index - 1) - lambda(index - 2)) / width;
        double bend = -signal * ((decay + width) / (width * width) - 0.5);
        double both = nearRatio + farRatio;
        // D1 = near + nearRatio / both * (near - far), D2 = (near - far) / both.
        double change = (slope * nearRatio + bend) / both;
        double near = (slope + change) / nearRatio;
        double far = -change / farRatio;
        return new double[] {constant + near, far - near, -far};
    }

    private double lambda(int index) {
        return -Math.log(sigmas[index]);
    }

    private double signalShare(int index) {
        return 1 / Math.sqrt(sigmas[index] * sigmas[index] + 1);
    }

    private double noiseShare(int index) {
        return sigmas[index] * signalShare(index);
    }
}
