package org.clusca.policy;

import java.util.ArrayList;
import java.util.HashMap;
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
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.CalibratedOn;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.model.Branch;

/**
 * X-Slim (arXiv 2512.12604): a schedule says of every step whether all is computed, or what all
 * blocks added is added again, or one of two refreshes in between: of blocks, where those that were
 * found stable at the last full step add what they added then; or of tokens, where those that
 * changed most go through the network alone. Schedules are made by {@code clusca calibrate}; those
 * that ship with the released code are known by name; {@code slow} was published with a ratio of
 * 0.5.
 */
public final class XSlim implements CachePolicy {
    private static final String NAME = "xslim";

    private static final List<Parameter> PARAMETERS =
            Calibrated.and(
                    List.of(
                            Parameter.text(
                                    "steps",
                                    "fast",
                                    String.join(" | ", StepPattern.names())
                                            + " | a letter for each step, such as FFF.F.B.T.F",
                                    "What each step does: F full, . cached, B refresh of blocks, T of tokens."),
                            Parameter.real(
                                    "blocks",
                                    1.5,
                                    0,
                                    1e6,
                                    "Sum of mean absolute changes below which blocks are stable."),
                            Parameter.real(
                                    "joint", 10, 0, 1e6, "The same of blocks on a joint sequence."),
                            Parameter.whole(
                                    "first",
                                    4,
                                    1,
                                    1000,
                                    "Leading blocks of either kind never left out."),
                            Parameter.real(
                                    "ratio", 0.7, 0.001, 1, "Share of the tokens refreshed.")));

    private final Calibrated calibrated;
    private final Options options;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @throws CluscaException INVALID_PARAMETER for what is out of range
     */
    public XSlim(Map<String, String> given) {
        calibrated = Calibrated.of(NAME, PARAMETERS, given);
        options = calibrated.options();
        pattern(1);
    }

    private StepPattern pattern(int steps) {
        return StepPattern.of(options.text("steps"), steps);
    }

    @Override
    public String tag() {
        return calibrated.tag(NAME, 1);
    }

    @Override
    public Optional<CalibratedOn> calibratedOn() {
        return calibrated.on();
    }

    /**
     * @param pattern which kinds of steps there are: what they do not need is not kept
     */
    private Composition composition(StepPattern pattern) {
        Composition.Builder parts =
                Composition.when(When.steps(pattern.full()))
                        .rule(Where.everywhere(), Cached.compute())
                        .forecasting(
                                new Place.Trunk(true),
                                steps -> step -> pattern.is(step, StepPattern.CACHED),
                                Cached.reuse());
        if (pattern.has(StepPattern.BLOCKS)) {
            parts.reusing(
                    new StableBlocks(
                            options.real("blocks"), options.real("joint"), options.whole("first")),
                    steps -> step -> pattern.is(step, StepPattern.BLOCKS));
        }
        if (pattern.has(StepPattern.TOKENS)) {
            parts.refreshing(
                    new LargestChange(options.real("ratio")),
                    steps -> step -> pattern.is(step, StepPattern.TOKENS));
        }
        return parts.build();
    }

    /** Of all kinds of steps that there are, whatever their number. */
    private Composition composition() {
        return composition(StepPattern.of(options.text("steps"), StepPattern.SHIPPED_STEPS));
    }

    @Override
    public Requirements requirements() {
        return composition().requirements();
    }

    @Override
    public Requirements requirements(List<Branch> branches) {
        return composition().requirements(branches);
    }

    @Override
    public CacheSession open(GenerationContext context) {
        StepPattern pattern = pattern(context.steps());
        if (pattern.steps() != context.steps()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Policy "
                            + tag()
                            + " says what each of "
                            + pattern.steps()
                            + " steps does, the generation has "
                            + context.steps()
                            + (context.steps() == 1 ? " step" : " steps")
                            + ". Generate with as many, or run clusca calibrate for policy xslim"
                            + " with these.");
        }
        return composition(pattern).open(context);
    }

    private XSlim with(String steps) {
        Map<String, String> changed = new HashMap<>(calibrated.given().values());
        changed.put("steps", steps);
        return new XSlim(changed);
    }

    /** Full steps in place of refreshes of tokens, then of blocks too: what these keep is most. */
    @Override
    public List<CachePolicy> lighter() {
        String text = options.text("steps");
        if (StepPattern.names().contains(text)) {
            // their authors ship them without refreshes too, for any number of steps
            String steps = StepPattern.withoutRefreshes(text);
            return text.equals(steps) ? List.of() : List.of(with(steps));
        }
        StepPattern pattern = new StepPattern(text);
        List<CachePolicy> lighter = new ArrayList<>();
        for (char refresh : new char[] {StepPattern.TOKENS, StepPattern.BLOCKS}) {
            if (pattern.has(refresh)) {
                pattern = pattern.with(refresh, StepPattern.FULL);
                lighter.add(with(pattern.letters()));
            }
        }
        return lighter;
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "skips all blocks, stable blocks or calm tokens by a schedule made beforehand";
        }

        @Override
        public String source() {
            return "X-Slim, arXiv 2512.12604";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Optional<Calibration> calibration() {
            return Optional.of(new XSlimCalibration());
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new XSlim(options.values());
        }
    }
}
