package org.clusca.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.NoiseLevel;
import org.clusca.api.schedule.NoiseLevel.Conversion;
import org.clusca.api.schedule.OutputForm;
import org.clusca.api.schedule.Schedule;
import org.clusca.engine.trunk.Bands;

/**
 * The model's output at earlier steps, guidance applied, in the form in which it is forecast, and
 * its backward divided differences. Channels of a learned variance are kept as they are.
 */
final class OutputForecast {
    private final Place.Output place;
    private final Schedule schedule;

    /** By order, in the form that is forecast. */
    private final float[][] kept;

    private History history = History.EMPTY;

    /**
     * @param order highest that is kept
     */
    OutputForecast(Place.Output place, int order, Schedule schedule) {
        this.place = place;
        this.schedule = schedule;
        kept = new float[order + 1][0];
    }

    Place.Output place() {
        return place;
    }

    /** Memory of all that a policy has kept, once there is as much as it keeps. */
    static long bytes(Requirements requirements, TransformerSpec spec, long images) {
        int[] latent = spec.latentShape();
        long output = Tensor.count(latent) / latent[0] * spec.outputChannels();
        return requirements.places().entrySet().stream()
                .filter(kept -> kept.getKey().match(OUTPUT).isPresent())
                .mapToLong(kept -> Float.BYTES * images * output * (kept.getValue() + 1))
                .sum();
    }

    /** Memory of what is kept. */
    long bytes() {
        return Arrays.stream(kept).mapToLong(order -> (long) Float.BYTES * order.length).sum();
    }

    /**
     * The network has run; what it gave is kept unless the plan forecast something that it follows
     * from.
     *
     * @param output {@code [images, outputs, ...]}, guidance applied
     * @param latent {@code [images, channels, ...]} that the network has seen
     */
    void computed(StepContext step, StepPlan plan, Tensor output, Tensor latent) {
        if (!plan.computes(place)) {
            return;
        }
        boolean restart = plan.restarts() || history.isEmpty();
        float[] difference = converted(step, output.toArray(), latent, true);
        for (int order = 0; order < kept.length; order++) {
            float[] before = kept[order];
            kept[order] = difference;
            float rate = restart || history.held() <= order ? 0 : 1f / history.distance(step);
            if (order + 1 < kept.length) {
                difference = difference(difference, before, rate);
            }
        }
        history = history.with(step, restart, kept.length);
    }

    private static float[] difference(float[] values, float[] before, float rate) {
        float[] difference = new float[values.length];
        for (int i = 0; rate > 0 && i < difference.length; i++) {
            difference[i] = (values[i] - before[i]) * rate;
        }
        return difference;
    }

    /**
     * What the network is taken to give at a step at which it does not run.
     *
     * @param latent {@code [images, channels, ...]} of this step
     * @param outputs channels of the model's output
     */
    Tensor forecast(StepContext step, Forecast forecast, Tensor latent, int outputs) {
        int[] shape = latent.shape();
        shape[1] = outputs;
        float[] values = forecast.match(new Combined(step, shape));
        return Tensor.of(converted(step, values, latent, false), shape);
    }

    /** What is kept, put together; output in the form that is forecast. */
    private final class Combined implements Forecast.Cases<float[]> {
        private final StepContext step;
        private final int channels;
        private final int plane;
        private final int frames;
        private final int width;

        /**
         * @param shape {@code [images, outputs, ...]}
         */
        Combined(StepContext step, int[] shape) {
            this.step = step;
            channels = shape[1];
            plane = Arrays.stream(shape, 2, shape.length).reduce(1, (a, b) -> a * b);
            frames = shape.length > 4 ? shape[2] : 1;
            width = shape[shape.length - 1];
        }

        @Override
        public float[] whole(Predictor predictor) {
            double[][] factors = new double[channels][];
            Arrays.fill(factors, predictor.coefficients(step, history));
            return sum(factors);
        }

        @Override
        public float[] banded(Forecast.Banded banded) {
            float[] values = whole(banded.high());
            float[] more = whole(banded.low());
            for (int i = 0; i < more.length; i++) {
                more[i] -= values[i];
            }
            float[] low = Bands.of(banded, plane, frames, width).low(more);
            for (int i = 0; i < values.length; i++) {
                values[i] += low[i];
            }
            return values;
        }

        @Override
        public float[] perChannel(Forecast.PerChannel own) {
            int[] solverOf = own.solverOf();
            if (solverOf.length != channels) {
                throw new CluscaException(
                        ErrorCode.INCOMPATIBLE,
                        "The policy gives "
                                + solverOf.length
                                + " channels to solvers where there are "
                                + channels
                                + ", in its forecast of "
                                + place
                                + ".");
            }
            return sum(
                    Arrays.stream(solverOf)
                            .mapToObj(solver -> own.solvers().get(solver))
                            .map(solver -> solver.coefficients(step, history))
                            .toArray(double[][]::new));
        }

        /**
         * @param factors of each channel, by order
         */
        private float[] sum(double[][] factors) {
            float[] values = new float[kept[0].length];
            for (int i = 0; i < values.length; i++) {
                double[] own = factors[i / plane % channels];
                double sum = 0;
                for (int order = 0; order < own.length; order++) {
                    sum += own[order] * kept[order][i];
                }
                values[i] = (float) sum;
            }
            return values;
        }
    }

    /** Between the form that the network gives and the one that is forecast. */
    private float[] converted(StepContext step, float[] values, Tensor latent, boolean toForecast) {
        NoiseLevel level = schedule.level(step.index()).orElseThrow();
        OutputForm from = toForecast ? level.output() : place.form();
        Conversion conversion = level.conversion(from, toForecast ? place.form() : level.output());
        float[] latents = latent.toArray();
        int images = latent.dimension(0);
        int image = latents.length / images;
        int stride = values.length / images;
        float[] converted = values.clone();
        for (int i = 0; i < latents.length; i++) {
            int at = i / image * stride + i % image;
            converted[at] =
                    (float) (conversion.latent() * latents[i] + conversion.given() * values[at]);
        }
        return converted;
    }

    /**
     * One for each form that a policy forecasts.
     *
     * @throws CluscaException INCOMPATIBLE when the scheduler does not say what its latents are
     *     made of, or adds noise to them and the forecast is of more than the clean latent
     */
    static List<OutputForecast> of(
            CachePolicy policy, List<Branch> branches, String scheduler, Schedule schedule) {
        List<OutputForecast> forecasts = new ArrayList<>();
        policy.requirements(branches)
                .places()
                .forEach(
                        (place, order) ->
                                place.match(OUTPUT)
                                        .ifPresent(
                                                output ->
                                                        forecasts.add(
                                                                new OutputForecast(
                                                                        output, order, schedule))));
        if (!forecasts.isEmpty() && schedule.level(0).isEmpty()) {
            throw clash(
                    policy,
                    scheduler,
                    "which does not say what its latents are made of (Schedule.level)");
        }
        if (schedule.addsNoise() && forecasts.stream().anyMatch(OutputForecast::ofNoise)) {
            throw clash(
                    policy,
                    scheduler,
                    "which adds noise that earlier steps know nothing of, so that only the clean"
                            + " sample can be forecast (as=sample)");
        }
        return forecasts;
    }

    private boolean ofNoise() {
        return place.form() != OutputForm.SAMPLE;
    }

    private static CluscaException clash(CachePolicy policy, String scheduler, String why) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE,
                "The policy "
                        + policy.tag()
                        + " forecasts the model's output, and the scheduler is "
                        + scheduler
                        + ", "
                        + why
                        + ".",
                List.of(Advice.ANOTHER_POLICY, Advice.ANOTHER_SCHEDULER));
    }

    private static final Place.Cases<Optional<Place.Output>> OUTPUT =
            new Place.Cases<>() {
                @Override
                public Optional<Place.Output> trunk(Place.Trunk place) {
                    return Optional.empty();
                }

                @Override
                public Optional<Place.Output> blocks(Place.Blocks place) {
                    return Optional.empty();
                }

                @Override
                public Optional<Place.Output> output(Place.Output place) {
                    return Optional.of(place);
                }
            };
}
