package org.clusca.engine.trunk;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepContext;

/**
 * By what a step multiplies the cached orders of every slot: the factor of order 0, and for higher
 * orders how much more than that, because the graph multiplies their sum by the factor of order 0.
 */
final class Coefficients {
    /** By order and slot: one for all channels, or one for each. */
    private final float[][][] values;

    /** By order and slot: how much more the low frequencies are multiplied than the high ones. */
    private final float[][] low;

    private final Map<Integer, Forecast.Banded> banded = new HashMap<>();

    Coefficients(int orders, int slots) {
        values = new float[orders][slots][1];
        low = new float[orders][slots];
    }

    /**
     * @param width channels of the slot
     * @param grid whether its tokens lie on a grid, and can be forecast by frequency
     */
    void predict(
            int slot,
            int width,
            boolean grid,
            Forecast forecast,
            StepContext step,
            History history) {
        forecast.match(
                new Forecast.Cases<Boolean>() {
                    @Override
                    public Boolean whole(Predictor predictor) {
                        set(slot, 0, 1, predictor.coefficients(step, history));
                        return true;
                    }

                    @Override
                    public Boolean banded(Forecast.Banded own) {
                        requireGrid(grid, own);
                        double[] high = factors(own.high(), own.order(), step, history);
                        double[] all = factors(own.low(), own.order(), step, history);
                        set(slot, 0, 1, high);
                        for (int order = 0; order < high.length; order++) {
                            low[order][slot] = (float) (all[order] - high[order]);
                        }
                        banded.put(slot, own);
                        return true;
                    }

                    @Override
                    public Boolean perChannel(Forecast.PerChannel own) {
                        int[] solverOf = own.solverOf();
                        requireWidth(solverOf.length, width);
                        List<double[]> factors =
                                own.solvers().stream()
                                        .map(solver -> solver.coefficients(step, history))
                                        .toList();
                        for (int channel = 0; channel < width; channel++) {
                            set(slot, channel, width, factors.get(solverOf[channel]));
                        }
                        return true;
                    }
                });
    }

    private static double[] factors(
            Predictor predictor, int order, StepContext step, History history) {
        return Arrays.copyOf(predictor.coefficients(step, history), order + 1);
    }

    private static void requireGrid(boolean grid, Forecast.Banded forecast) {
        if (!grid) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The policy forecasts by frequency ("
                            + forecast
                            + ") what is not declared so (Requirements.banded) or whose tokens do"
                            + " not lie on a grid: branches, text, image and text in one sequence."
                            + " Forecast the trunk or the output by frequency.");
        }
    }

    private void set(int slot, int channel, int channels, double[] factors) {
        for (int order = 0; order < factors.length; order++) {
            if (values[order][slot].length != channels) {
                values[order][slot] = new float[channels];
            }
            double factor = order == 0 ? factors[0] : factors[order] / factors[0];
            values[order][slot][channel] = (float) factor;
        }
    }

    private static void requireWidth(int channels, int width) {
        if (channels != width) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The policy gives "
                            + channels
                            + " channels to solvers where there are "
                            + width
                            + "; choose solvers of this model.");
        }
    }

    /** Slots that are forecast by frequency. */
    Map<Integer, Forecast.Banded> banded() {
        return banded;
    }

    /** {@code [slots]}: how much more low frequencies are multiplied than high ones. */
    Tensor low(int order) {
        return Tensor.of(low[order].clone(), low[order].length);
    }

    int orders() {
        return values.length;
    }

    /** {@code [slots]}. */
    Tensor order(int order) {
        float[][] slots = values[order];
        Tensor tensor = Tensor.zeros(slots.length);
        for (int slot = 0; slot < slots.length; slot++) {
            tensor.data().put(slot, slots[slot][0]);
        }
        return tensor;
    }

    /** {@code [slots, channels]}, {@code [slots, 1]} where no slot's differ by channel. */
    Tensor channels(int order) {
        float[][] slots = values[order];
        int channels = Arrays.stream(slots).mapToInt(slot -> slot.length).max().orElse(1);
        Tensor tensor = Tensor.zeros(slots.length, channels);
        for (int slot = 0; slot < slots.length; slot++) {
            float[] own = slots[slot];
            if (own.length < channels) {
                own = new float[channels];
                Arrays.fill(own, slots[slot][0]);
            }
            tensor.data().put(slot * channels, own);
        }
        return tensor;
    }
}
