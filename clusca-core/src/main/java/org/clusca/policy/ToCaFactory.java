package org.clusca.policy;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/** Makes {@link ToCa} from a tag. */
public final class ToCaFactory implements CachePolicyFactory {
    static final Parameter SCORE =
            Parameter.choice("score", "What makes a token important.", TopScore.Importance.words());

    static final Parameter DECIDE =
            Parameter.choice(
                    "decide",
                    "When the kind of a step is decided: once, or in every layer as published.",
                    "step",
                    "layer");

    static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.whole(
                            "interval",
                            3,
                            1,
                            1000,
                            "Base of the steps from one full step to the next."),
                    Parameter.real(
                            "ratio",
                            0.07,
                            0,
                            1,
                            "Base share of the tokens computed on a cached step."),
                    SCORE,
                    Parameter.choice(
                            "schedule",
                            "How the ratio changes over steps and layers.",
                            "ddim50",
                            "ddpm250",
                            "constant"),
                    Parameter.real(
                            "staleness",
                            0.25,
                            0,
                            100,
                            "Weight of the steps since a token was last computed."),
                    Parameter.real(
                            "bonus",
                            0.6,
                            0,
                            100,
                            "Extra score, as a share, of the best token of a 2x2 cell."),
                    DECIDE,
                    Parameter.whole(
                            "divisor",
                            0,
                            0,
                            1000,
                            "Last layer's number in the ratio schedule; 0 for the model's own, 27 as published."));

    @Override
    public String name() {
        return "toca";
    }

    @Override
    public String description() {
        return "computes the tokens that matter most and reuses the rest between full steps";
    }

    @Override
    public String source() {
        return "ToCa, arXiv 2410.05317";
    }

    @Override
    public List<Parameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new ToCa(
                PARAMETERS.stream()
                        .collect(Collectors.toMap(Parameter::name, p -> options.text(p.name()))));
    }
}
