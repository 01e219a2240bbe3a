package org.clusca.policy;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.Tensor;

/**
 * How the channels of a tensor move over the steps, at some of its tokens, which are enough to know
 * a channel by.
 */
final class Trajectories {
    /** Tokens of a batch row that are looked at, at most. */
    private static final int TOKENS = 256;

    private final List<float[]> steps = new ArrayList<>();
    private int channels;

    /**
     * One step more.
     *
     * @param shown {@code [batch, tokens, channels]}
     */
    void add(Tensor shown) {
        int tokens = shown.dimension(1);
        channels = shown.dimension(2);
        int looked = Math.min(tokens, TOKENS);
        float[] values = new float[shown.dimension(0) * looked * channels];
        for (int row = 0; row < shown.dimension(0); row++) {
            for (int i = 0; i < looked; i++) {
                int token = row * tokens + (int) ((long) i * tokens / looked);
                shown.data().get(token * channels, values, (row * looked + i) * channels, channels);
            }
        }
        steps.add(values);
    }

    int steps() {
        return steps.size();
    }

    int channels() {
        return channels;
    }

    /** All values at a step, channel by channel, token by token. */
    float[] at(int step) {
        return steps.get(step);
    }

    /** Mean of the squares of the n-th differences from step to step, by channel. */
    double[] differences(int order) {
        double[] sums = new double[channels];
        double[] weights = new double[order + 1];
        weights[0] = 1;
        for (int i = 1; i <= order; i++) {
            weights[i] = -weights[i - 1] * (order - i + 1) / i;
        }
        for (int step = order; step < steps.size(); step++) {
            for (int i = 0; i < at(step).length; i++) {
                double difference = 0;
                for (int back = 0; back <= order; back++) {
                    difference += weights[back] * at(step - back)[i];
                }
                sums[i % channels] += difference * difference;
            }
        }
        double count = (double) (steps.size() - order) * at(0).length / channels;
        for (int channel = 0; channel < channels; channel++) {
            sums[channel] /= count;
        }
        return sums;
    }

    /**
     * Spectral flatness of each channel's mean over the tokens, as it moves from step to step:
     * geometric over arithmetic mean of the power at each frequency but the lowest, 0 to 1.
     */
    double[] flatness() {
        int count = steps.size();
        double[] flatness = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            double[] mean = new double[count];
            for (int step = 0; step < count; step++) {
                for (int i = channel; i < at(step).length; i += channels) {
                    mean[step] += at(step)[i];
                }
            }
            double logs = 0;
            double powers = 0;
            for (int frequency = 1; frequency <= count / 2; frequency++) {
                double cosines = 0;
                double sines = 0;
                for (int step = 0; step < count; step++) {
                    double angle = 2 * Math.PI * frequency * step / count;
                    cosines += mean[step] * Math.cos(angle);
                    sines += mean[step] * Math.sin(angle);
                }
                double power = cosines * cosines + sines * sines + Double.MIN_NORMAL;
                logs += Math.log(power);
                powers += power;
            }
            int frequencies = count / 2;
            flatness[channel] = Math.exp(logs / frequencies) / (powers / frequencies);
        }
        return flatness;
    }

    /**
     * Sum of the squared errors of a forecast, by channel: of every step that has three full steps
     * at the interval before it, at every distance less than that.
     */
    double[] errors(Solver solver, int interval) {
        double[] errors = new double[channels];
        for (int distance = 1; distance < interval; distance++) {
            for (int step = 2 * interval + distance; step < steps.size(); step++) {
                float[] f0 = at(step - distance);
                float[] f1 = at(step - distance - interval);
                float[] f2 = at(step - distance - 2 * interval);
                double slope = solver.order() == 0 ? 0 : (double) distance / interval;
                double curve = solver.curvature(distance, interval) / interval;
                float[] real = at(step);
                for (int i = 0; i < real.length; i++) {
                    double s0 = f0[i] - f1[i];
                    double s1 = f1[i] - f2[i];
                    double error = f0[i] + slope * s0 + curve * (s0 - s1) - real[i];
                    errors[i % channels] += error * error;
                }
            }
        }
        return errors;
    }
}
