package org.clusca.policy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.schedule.OutputForm;

/**
 * A word for a policy that is worth choosing, by the model's family; what it makes is a plain
 * policy with a tag of its own. That of DiT was chosen on the model that ships, by {@code clusca
 * sweep}; for FLUX and HunyuanVideo, of which no trained model was measured, it forecasts what the
 * blocks add to the stream, which takes little memory.
 */
abstract class Preset implements CachePolicyFactory {
    private static final String FAMILY = "family";

    private static final String DIT = "dit";

    private final String name;
    private final String description;
    private final int interval;

    /**
     * @param interval of the full steps
     */
    private Preset(String name, String description, int interval) {
        this.name = name;
        this.description = description;
        this.interval = interval;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public boolean preset() {
        return true;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.text(FAMILY, DIT, "a family of models", "Whose policy it is."));
    }

    @Override
    public Map<String, String> published(String family) {
        return family.isEmpty() ? Map.of() : Map.of(FAMILY, family);
    }

    @Override
    public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
        return options.text(FAMILY).equals(DIT)
                ? new Output(Pace.widening(interval), 2, OutputForm.EPSILON)
                : new TaylorSeer(Pace.regular(interval, 2), 2, TaylorSeer.Keep.RESIDUAL);
    }

    /** Nearest to the full computation. */
    public static final class Quality extends Preset {
        public Quality() {
            super("quality", "a policy that stays near the full computation", 3);
        }
    }

    /** What the command line takes where nothing is asked for. */
    public static final class Balanced extends Preset {
        public Balanced() {
            super("balanced", "a policy that is fast and stays near enough", 4);
        }
    }

    /** Fastest. */
    public static final class Fast extends Preset {
        public Fast() {
            super("fast", "a policy for a first look", 5);
        }
    }
}
