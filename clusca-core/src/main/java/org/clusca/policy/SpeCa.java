package org.clusca.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.Clusterer;

/**
 * SpeCa (arXiv 2509.11628): steps are drafted by a Taylor forecast of every branch, as TaylorSeer
 * does it, and drafts are verified by the last block: it is computed from its drafted input, to be
 * held against its forecast and for nothing else. The threshold of the error is {@code threshold *
 * decay ^ progress}, with a floor, where progress rises to 1 at the last step.
 *
 * <p>As published, a draft is judged by the error of the one before it: nothing is rolled back, and
 * a large error makes the next step a full one. With {@code reject} a draft is judged by its own
 * error, and one that fails is run again in full at once. Decisions are for all rows of the batch:
 * as published by the mean over it, with {@code reject} by the row with the largest error. The step
 * after a full one is a draft, as published also among the first steps: of three, the second is
 * none.
 */
public final class SpeCa implements Composed {
    private static final String NAME = "speca";

    /** Of the first some are in every tag. */
    private static final int IN_TAG = 5;

    private static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.real(
                            "threshold", 0.1, 0, 1e6, "Error up to which drafts go on, at first."),
                    Parameter.real(
                            "decay", 0.01, 0, 1, "What it is multiplied by until the last step."),
                    Parameter.whole(
                            "min", 2, 0, 1000, "Drafts after a full step that are not checked."),
                    Parameter.whole("max", 5, 1, 1000, "Most drafts in a row."),
                    Parameter.whole("order", 4, 0, 8, "Order of the Taylor forecast; 0 is reuse."),
                    Parameter.real(
                            "floor", 0.01, 0, 1e6, "What the threshold does not fall under."),
                    Parameter.whole(
                            "first",
                            3,
                            1,
                            1000,
                            "Leading steps that are full, unless the step before was."),
                    Parameter.choice(
                            "error",
                            "How a draft's error is measured; relative-l1 and relative-l2 divide element by element.",
                            Arrays.stream(DraftError.values())
                                    .map(DraftError::word)
                                    .toArray(String[]::new)),
                    Parameter.choice(
                            "compare",
                            "What the error is of: the residual stream after the last block, or the output of its last branch, as published for FLUX and HunyuanVideo.",
                            "stream",
                            "branch"),
                    Parameter.choice(
                            "reject",
                            "Whether a draft that fails is run again in full, or as published makes the next step full.",
                            "false",
                            "true"));

    private final Options options;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER for what is out of range
     */
    public SpeCa(Map<String, String> given) {
        options = Options.resolve("policy " + NAME, PARAMETERS, given);
    }

    @Override
    public String tag() {
        return PolicyTag.of(NAME, PARAMETERS, options, IN_TAG);
    }

    @Override
    public Composition composition() {
        Drafts drafts =
                new Drafts(
                        DraftError.of(options.text("error")),
                        options.text("compare").equals("stream"),
                        new Drafts.Falling(
                                options.real("threshold"),
                                options.real("decay"),
                                options.real("floor")),
                        options.whole("min"),
                        options.whole("max"),
                        options.whole("first"),
                        options.text("reject").equals("true"));
        return Composition.when(drafts)
                .rule(Where.everywhere(), Cached.predict(new Taylor(options.whole("order"))))
                .build();
    }

    /** Lower orders. */
    @Override
    public List<CachePolicy> lighter() {
        return LowerOrders.of(options.whole("order"), options, SpeCa::new);
    }

    /** Makes it from a tag. */
    public static final class Factory implements CachePolicyFactory {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "drafts steps by a Taylor forecast as long as the last block agrees";
        }

        @Override
        public String source() {
            return "SpeCa, arXiv 2509.11628";
        }

        @Override
        public List<Parameter> parameters() {
            return PARAMETERS;
        }

        @Override
        public Map<String, String> published(String family) {
            return switch (family) {
                // FLUX.1-dev, 1024x1024, 50 steps
                case "flux" ->
                        Map.of(
                                "threshold", "7",
                                "decay", "0.3",
                                "floor", "0.1",
                                "min", "2",
                                "max", "8",
                                "order", "2",
                                "compare", "branch");
                // 65 frames of 480x640, 50 steps
                case "hunyuan-video" ->
                        Map.of(
                                "threshold", "1",
                                "decay", "0.1",
                                "floor", "0.1",
                                "min", "4",
                                "max", "12",
                                "order", "1",
                                "first", "1",
                                "compare", "branch");
                default -> Map.of();
            };
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return new SpeCa(options.values());
        }
    }
}
