package org.clusca.policy;

import java.util.List;
import java.util.Map;
import org.clusca.api.Options;
import org.clusca.api.Parameter;

/**
 * The parameters that ToCa and DuCa share, and what they are made of.
 *
 * @param name of the policy
 * @param parameters of the policy
 * @param options of one instance
 */
record TokenCaching(String name, List<Parameter> parameters, Options options) {
    /** What was published for HunyuanVideo, of both policies alike. */
    static final Map<String, String> HUNYUAN_VIDEO =
            Map.of(
                    "interval", "5",
                    "full", "regular",
                    "first", "1",
                    "ratio", "0.1",
                    "score", "random",
                    "schedule", "flux",
                    "staleness", "0",
                    "bonus", "0",
                    "divisor", "27");

    /**
     * The shared parameters, with the defaults published for DiT.
     *
     * @param ratio base share of the tokens
     * @param bonus of the best token of a cell
     */
    static List<Parameter> parameters(double ratio, double bonus) {
        return List.of(
                Parameter.whole(
                        "interval",
                        3,
                        1,
                        1000,
                        "Base of the steps from one full step to the next."),
                Parameter.real(
                        "ratio",
                        ratio,
                        0,
                        1,
                        "Base share of the tokens computed on a cached step."),
                Parameter.choice(
                        "score", "What makes a token important.", TopScore.Importance.words()),
                Parameter.choice(
                        "schedule",
                        "How the ratio changes over steps, layers and kinds of branches.",
                        "ddim50",
                        "ddpm250",
                        "flux",
                        "constant"),
                Parameter.real(
                        "staleness",
                        0.25,
                        0,
                        100,
                        "Weight of the steps since a token was last computed."),
                Parameter.real(
                        "bonus",
                        bonus,
                        0,
                        100,
                        "Extra score, as a share, of the best token of a 2x2 cell."),
                Parameter.choice(
                        "full",
                        "Full steps: closer together towards the end, as for DiT, or at regular intervals, as for FLUX.",
                        "varying",
                        "regular"),
                Parameter.whole(
                        "first",
                        1,
                        1,
                        1000,
                        "Leading steps that are always full, where full=regular."),
                Parameter.choice(
                        "rows",
                        "Whether the two rows of a guided image share tokens, or have their own as published.",
                        "shared",
                        "apart"),
                Parameter.choice(
                        "decide",
                        "When the kind of a step is decided: once, or in every layer as published.",
                        "step",
                        "layer"),
                Parameter.whole(
                        "divisor",
                        0,
                        0,
                        1000,
                        "Last layer's number in the ratio schedule; 0 for the model's own, 27 as published."));
    }

    static TokenCaching of(String name, List<Parameter> parameters, Map<String, String> given) {
        return new TokenCaching(
                name, parameters, Options.resolve("policy " + name, parameters, given));
    }

    /** Interval and ratio, and whatever else is not as it is by default. */
    String tag() {
        return PolicyTag.of(name, parameters, options, 2);
    }

    /** Steps from the last full one, by layer. */
    StepPositions positions(int steps) {
        int interval = options.whole("interval");
        return options.text("full").equals("regular")
                ? new Interval(interval, options.whole("first"))
                : new ToCaSteps(interval, steps, options.text("decide").equals("layer"));
    }

    /** Of several cached branches, what they have in common. */
    Composition.Builder composition(TopScore.RandomScores randomScores) {
        Tokens tokens =
                new TopScore(
                        TopScore.Importance.of(options.text("score")),
                        options.real("ratio"),
                        RatioSchedule.of(options.text("schedule")),
                        options.whole("interval"),
                        options.real("staleness"),
                        options.real("bonus"),
                        options.whole("divisor"),
                        randomScores);
        return Composition.when(context -> positions(context.steps()))
                .rowsApart(options.text("rows").equals("apart"))
                .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                .ruleIfAny(
                        Where.tokenwise(),
                        Cached.refresh(tokens, Merging.replace(), Cached.reuse()));
    }
}
