package org.clusca.schedule;

import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.jspecify.annotations.Nullable;

/**
 * How much noise every training timestep holds: the variances beta and the running product of 1 -
 * beta, called alphas_cumprod.
 *
 * <p>A latent at timestep t is {@code sqrt(alphaCumprod(t)) * x0 + sqrt(1 - alphaCumprod(t)) *
 * noise} (Ho et al. 2020, "Denoising Diffusion Probabilistic Models", equation 4).
 *
 * <p>Keys of a configuration: num_train_timesteps (1000), beta_start (0.0001), beta_end (0.02),
 * beta_schedule (linear, scaled_linear or squaredcos_cap_v2), trained_betas,
 * rescale_betas_zero_snr.
 */
public final class BetaSchedule {
    private static final double LARGEST_COSINE_BETA = 0.999;

    private final double[] betas;
    private final double[] alphasCumprod;

    private BetaSchedule(double[] betas, double[] alphasCumprod) {
        this.betas = betas;
        this.alphasCumprod = alphasCumprod;
    }

    /**
     * In single precision as diffusers computes it: every value is a float32 number, the product
     * runs in double precision.
     *
     * @throws CluscaException INVALID_MODEL
     */
    public static BetaSchedule single(Config config) {
        float[] betas = toSingle(betas(config, true));
        if (config.flag("rescale_betas_zero_snr", false)) {
            betas = withoutTerminalSignal(betas);
        }
        return of(betas);
    }

    /**
     * In double precision as the original DiT computes it.
     *
     * @throws CluscaException INVALID_MODEL
     */
    public static BetaSchedule exact(Config config) {
        Keys.refuse(config, "rescale_betas_zero_snr");
        double[] betas = betas(config, false);
        double[] products = new double[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            product *= 1 - betas[t];
            products[t] = product;
        }
        return new BetaSchedule(betas, products);
    }

    /** Number of timesteps the network was trained on. */
    public int trainingSteps() {
        return betas.length;
    }

    /** Variance of the noise that timestep {@code t} adds. */
    public double beta(int t) {
        return betas[t];
    }

    /** Share of the picture in the variance of a latent at timestep {@code t}. */
    public double alphaCumprod(int t) {
        return alphasCumprod[t];
    }

    /** A copy of all values, timestep 0 first. */
    public double[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    private static double[] betas(Config config, boolean single) {
        int count = config.whole("num_train_timesteps", 1000);
        if (count < 1) {
            throw config.wrong("num_train_timesteps", "at least 1");
        }
        if (config.has("trained_betas")) {
            return trained(config, count);
        }
        double start = betaWithin(config, "beta_start", 0.0001);
        double end = betaWithin(config, "beta_end", 0.02);
        String kind =
                config.choice(
                        "beta_schedule", "linear", "linear", "scaled_linear", "squaredcos_cap_v2");
        return switch (kind) {
            case "linear" -> evenly(start, end, count, single);
            case "scaled_linear" -> {
                double[] roots = evenly(Math.sqrt(start), Math.sqrt(end), count, single);
                for (int t = 0; t < count; t++) {
                    roots[t] *= roots[t];
                }
                yield roots;
            }
            default -> cosine(count);
        };
    }

    private static double betaWithin(Config config, String key, double missing) {
        double beta = config.real(key, missing);
        if (!(beta > 0 && beta < 1)) {
            throw config.wrong(key, "above 0 and below 1");
        }
        return beta;
    }

    private static double[] trained(Config config, int count) {
        if (!(config.values().get("trained_betas") instanceof List<?> list)
                || list.size() != count) {
            throw config.wrong(
                    "trained_betas", "a list of num_train_timesteps = " + count + " numbers");
        }
        double[] betas = new double[count];
        for (int t = 0; t < count; t++) {
            betas[t] = beta(config, list.get(t));
        }
        return betas;
    }

    private static double beta(Config config, @Nullable Object item) {
        if (item instanceof Number number
                && number.doubleValue() > 0
                && number.doubleValue() <= 1) {
            return number.doubleValue();
        }
        throw new CluscaException(
                ErrorCode.INVALID_MODEL,
                config.origin()
                        + ": every entry of 'trained_betas' must be a number above 0 and at most 1,"
                        + " found "
                        + item
                        + ".");
    }

    private static double[] evenly(double start, double end, int count, boolean single) {
        if (count == 1) {
            return new double[] {single ? (float) start : start};
        }
        return single
                ? evenlySingle((float) start, (float) end, count)
                : evenlyExact(start, end, count);
    }

    private static double[] evenlyExact(double start, double end, int count) {
        double step = (end - start) / (count - 1);
        double[] values = new double[count];
        for (int i = 0; i < count - 1; i++) {
            values[i] = start + i * step;
        }
        values[count - 1] = end;
        return values;
    }

    /** Counted from the nearer end and rounded once, as torch does: equal to the last bit. */
    private static double[] evenlySingle(float start, float end, int count) {
        float step = (end - start) / (count - 1);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] =
                    i < count / 2
                            ? Math.fma(step, (float) i, start)
                            : Math.fma(-step, (float) (count - 1 - i), end);
        }
        return values;
    }

    /** Nichol and Dhariwal 2021, "Improved DDPM", equation 17. */
    private static double[] cosine(int count) {
        double[] betas = new double[count];
        for (int t = 0; t < count; t++) {
            double here = cosineAlpha((double) t / count);
            double next = cosineAlpha((double) (t + 1) / count);
            betas[t] = Math.min(1 - next / here, LARGEST_COSINE_BETA);
        }
        return betas;
    }

    private static double cosineAlpha(double time) {
        double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    private static float[] toSingle(double[] values) {
        float[] single = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            single[i] = (float) values[i];
        }
        return single;
    }

    private static BetaSchedule of(float[] betas) {
        double[] wide = new double[betas.length];
        for (int t = 0; t < betas.length; t++) {
            wide[t] = betas[t];
        }
        return new BetaSchedule(wide, products(betas));
    }

    private static double[] products(float[] betas) {
        double[] products = new double[betas.length];
        double product = 1;
        for (int t = 0; t < betas.length; t++) {
            product *= 1 - betas[t];
            products[t] = (float) product;
        }
        return products;
    }

    /**
     * Betas whose last timestep is pure noise (Lin et al. 2023, "Common Diffusion Noise Schedules
     * and Sample Steps are Flawed", algorithm 1).
     */
    private static float[] withoutTerminalSignal(float[] betas) {
        double[] products = products(betas);
        int count = betas.length;
        float first = (float) Math.sqrt(products[0]);
        float last = (float) Math.sqrt(products[count - 1]);
        float scale = first / (first - last);
        float[] rescaled = new float[count];
        float previous = 1;
        for (int t = 0; t < count; t++) {
            float root = ((float) Math.sqrt(products[t]) - last) * scale;
            float signal = root * root;
            rescaled[t] = 1 - signal / previous;
            previous = signal;
        }
        return rescaled;
    }
}
