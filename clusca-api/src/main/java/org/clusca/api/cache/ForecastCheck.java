package org.clusca.api.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is wrong with a forecast of a branch or place.
 *
 * @param kept highest order that the policy declares to keep of it
 * @param history of its full steps so far
 * @param byChannel whether it may differ by channel
 */
record ForecastCheck(StepContext step, Object of, int kept, History history, boolean byChannel) {
    Optional<String> fault(Forecast forecast) {
        if (history.isEmpty()) {
            return Optional.of("predicts " + of + " before it was ever computed");
        }
        if (forecast.order() > kept) {
            return Optional.of(
                    "predicts "
                            + of
                            + " with order "
                            + forecast.order()
                            + " but declares that it keeps order "
                            + kept);
        }
        return forecast.match(
                new Forecast.Cases<>() {
                    @Override
                    public Optional<String> whole(Predictor predictor) {
                        return factors(List.of(predictor));
                    }

                    @Override
                    public Optional<String> banded(Forecast.Banded banded) {
                        return factors(List.of(banded.low(), banded.high()));
                    }

                    @Override
                    public Optional<String> perChannel(Forecast.PerChannel channels) {
                        return byChannel
                                ? factors(channels.solvers())
                                : Optional.of(
                                        "predicts "
                                                + of
                                                + " by channel but declares that it never does so");
                    }
                });
    }

    private Optional<String> factors(List<Predictor> predictors) {
        return predictors.stream().flatMap(each -> factors(each).stream()).findFirst();
    }

    private Optional<String> factors(Predictor predictor) {
        double[] factors = predictor.coefficients(step, history);
        if (factors.length != predictor.order() + 1) {
            return Optional.of(
                    "has a predictor of order "
                            + predictor.order()
                            + " with "
                            + factors.length
                            + " coefficients");
        }
        if (!Arrays.stream(factors).allMatch(Double::isFinite) || factors[0] == 0) {
            return Optional.of(
                    "predicts with coefficients "
                            + Arrays.toString(factors)
                            + "; they must be finite and the first one not 0");
        }
        return Optional.empty();
    }
}
