package org.clusca.policy;

import java.util.List;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/** Makes {@link DuCa} from a tag. */
public final class DuCaFactory implements CachePolicyFactory {
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
                            0.05,
                            0,
                            1,
                            "Base share of the tokens computed on every other cached step."),
                    ToCaFactory.SCORE,
                    ToCaFactory.DECIDE);

    @Override
    public String name() {
        return DuCa.NAME;
    }

    @Override
    public String description() {
        return "alternates ToCa's cached steps with steps that skip the network's trunk";
    }

    @Override
    public String source() {
        return "DuCa, arXiv 2412.18911";
    }

    @Override
    public List<Parameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return new DuCa(
                options.whole("interval"),
                options.real("ratio"),
                TopScore.Importance.of(options.text("score")),
                options.text("decide").equals("layer"));
    }
}
