package org.clusca.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.CalibratedOn;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.model.Config;

/**
 * HyCa (arXiv 2510.04188): between full steps every channel is forecast by the solver that its
 * group was found to follow best, in a calibration of the model.
 *
 * <p>What the paper leaves open is our choice. It forecasts what each block adds, with solvers that
 * may be the same in all of them; then the forecasts of all blocks sum up to that of what they add
 * together, which is what is kept here, in a fraction of the memory. The {@linkplain Solver
 * solvers} are written out by us. Without a calibration all channels have one solver. Published
 * intervals are 4 to 7 on FLUX.1-dev and 6 on HunyuanVideo.
 */
public final class HyCa implements Composed {
    private static final String NAME = "hyca";

    /** Interval and leading steps are in every tag. */
    private static final int IN_TAG = 2;

    private static final Pace PUBLISHED = Pace.regular(5, 2);

    private static final List<Parameter> PARAMETERS =
            Calibrated.and(
                    PUBLISHED.and(
                            List.of(
                                    new Parameter(
                                            "solver",
                                            Solver.TAYLOR2.word(),
                                            String.join(" | ", Solver.words()),
                                            "Of all channels, where no file says which has which.",
                                            new Parameter.Choice(List.of(Solver.words()))),
                                    Parameter.whole(
                                            "order",
                                            2,
                                            0,
                                            2,
                                            "Highest order kept; solvers that need more give way to taylor1 or reuse."))));

    private final Calibrated calibrated;
    private final Pace pace;
    private final Forecast forecast;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @throws CluscaException INVALID_PARAMETER for what is out of range; what reading the file
     *     throws
     */
    public HyCa(Map<String, String> given) {
        calibrated = Calibrated.of(NAME, PARAMETERS, given);
        pace = Pace.of(calibrated.options());
        int order = calibrated.options().whole("order");
        Predictor one = Solver.of(calibrated.options().text("solver")).within(order);
        forecast = calibrated.found().map(found -> forecast(found, order)).orElse(one);
    }

    private static Forecast forecast(Config found, int order) {
        try {
            List<Predictor> solvers =
                    Arrays.stream(found.text("solvers").split(" "))
                            .<Predictor>map(word -> Solver.of(word).within(order))
                            .toList();
            return new Forecast.PerChannel(solvers, found.wholes("channels"));
        } catch (IllegalArgumentException | CluscaException e) {
            throw new CluscaException(
                    ErrorCode.CORRUPT_FILE,
                    found.origin()
                            + " names no solvers for channels: "
                            + e.getMessage()
                            + " Run clusca calibrate for policy hyca.",
                    e);
        }
    }

    @Override
    public String tag() {
        return calibrated.tag(NAME, IN_TAG);
    }

    @Override
    public Optional<CalibratedOn> calibratedOn() {
        return calibrated.on();
    }

    @Override
    public Composition composition() {
        return Composition.when(pace.when())
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(new Place.Trunk(true), forecast)
                .build();
    }

    /** Lower orders. */
    @Override
    public List<CachePolicy> lighter() {
        return LowerOrders.of(forecast.order(), calibrated.given(), HyCa::new);
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "forecasts what all blocks add between full steps, each channel by its own solver";
        }

        @Override
        public String source() {
            return "HyCa, arXiv 2510.04188";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Optional<Calibration> calibration() {
            return Optional.of(new HyCaCalibration());
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new HyCa(options.values());
        }
    }
}
