package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clusca.api.Tensor;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseSource;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;

/**
 * What a latent is made of, {@code alpha * clean + sigma * noise}. Of two latents whose noise is
 * opposite the clean part is half the sum, without any noise, so that little noise shows too.
 */
record NoiseShares(double alpha, double sigma) {
    private static final int[] SHAPE = {1, 3, 64, 64};
    private static final float CLEAN = 2;

    /** Of a share; what {@link #SHAPE} has of numbers lets a deviation be off by 0.6 %. */
    private static final double TOLERANCE = 0.04;

    /** What float32 leaves of numbers around {@link #CLEAN}. */
    private static final double ROUNDING = 1e-5;

    /**
     * The first latent is taken for noise and holds a little of a clean one: 0.07 with the widest
     * known of such schedules. How much of it is missing later goes with the noise that is left.
     */
    private static final double MISSING = 0.07;

    /** Under a network that knows the clean latent; the last step adds nothing and is left out. */
    static List<NoiseShares> afterEveryStep(
            BaseSchedulerTest given, Scheduler scheduler, int steps) {
        List<Tensor> latents = latents(given, scheduler.schedule(steps), 1);
        List<Tensor> opposite = latents(given, scheduler.schedule(steps), -1);
        List<NoiseShares> shares = new ArrayList<>();
        for (int i = 0; i + 1 < latents.size(); i++) {
            shares.add(of(latents.get(i), opposite.get(i)));
        }
        return shares;
    }

    private static List<Tensor> latents(BaseSchedulerTest given, Schedule schedule, int sign) {
        NoiseSource noise = (step, shape) -> scaled(Denoising.NOISE.noise(step, shape), sign, 0);
        Tensor clean = scaled(Tensor.zeros(SHAPE), 1, CLEAN);
        double scale = schedule.initialNoiseScale();
        // where it is large, noise comes on top of a whole clean latent, not in place of a share
        double alpha = schedule.level(0).map(NoiseLevel::alpha).orElse(scale > 1.5 ? 1.0 : 0.0);
        Tensor latent = scaled(Numbers.normal(22, scale, SHAPE), sign, (float) (alpha * CLEAN));
        double[] timesteps = schedule.timesteps();
        List<Tensor> latents = new ArrayList<>();
        for (int i = 0; i < timesteps.length; i++) {
            Tensor output = given.perfectOutput(timesteps[i], latent, clean);
            latent = schedule.step(i, output, latent, noise);
            latents.add(latent);
        }
        return latents;
    }

    private static Tensor scaled(Tensor tensor, float factor, float added) {
        float[] values = tensor.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = factor * values[i] + added;
        }
        return Tensor.of(values, tensor.shape());
    }

    private static NoiseShares of(Tensor latent, Tensor opposite) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < latent.size(); i++) {
            double one = latent.data().get(i);
            double other = opposite.data().get(i);
            sum += (one + other) / 2;
            squares += Math.pow((one - other) / 2, 2);
        }
        return new NoiseShares(sum / latent.size() / CLEAN, Math.sqrt(squares / latent.size()));
    }

    /** As of a schedule that preserves the variance. */
    boolean squaresAddUp() {
        return between(Math.sqrt(1 - square(most())), sigma, Math.sqrt(1 - square(least())));
    }

    /** As of flow matching along straight paths. */
    boolean addUp() {
        return between(1 - most(), sigma, 1 - least());
    }

    /** As of a schedule whose variance explodes. */
    boolean cleanIsWhole() {
        return near(alpha, 1);
    }

    private double most() {
        return Math.min(1, alpha + MISSING * sigma);
    }

    private double least() {
        return Math.min(1, alpha - MISSING * sigma);
    }

    private static double square(double value) {
        return value * value;
    }

    boolean agreeWith(NoiseLevel level) {
        return near(alpha, level.alpha()) && near(sigma, level.sigma());
    }

    private static boolean near(double found, double expected) {
        return between(expected, found, expected);
    }

    private static boolean between(double least, double found, double most) {
        return found > (1 - TOLERANCE) * least - ROUNDING
                && found < (1 + TOLERANCE) * most + ROUNDING;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f and %.4f", alpha, sigma);
    }
}
