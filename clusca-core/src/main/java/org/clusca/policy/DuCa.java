package org.clusca.policy;

import java.util.HashMap;
import java.util.Map;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;

/**
 * DuCa (arXiv 2412.18911): cached steps alternate between ToCa's, which refresh some tokens, and
 * aggressive ones, which skip the whole trunk and give the last layer the hidden state of the step
 * before. A cached step is ToCa's where its number, counted down, modulo the interval in force is
 * odd.
 *
 * @param interval base of the steps from one full step to the next
 * @param ratio base share of the tokens that ToCa's steps compute
 * @param score what makes a token important
 * @param perLayer decides in every layer which kind a step is, as published: where the first one
 *     alone is full, the others can skip
 */
public record DuCa(int interval, double ratio, TopScore.Importance score, boolean perLayer)
        implements CachePolicy {
    static final String NAME = "duca";
    private static final double STALENESS = 0.25;
    private static final double BONUS = 0.8;

    /** A block that is not the first. */
    private static final int OTHER = 1;

    /** Every step is of one kind. */
    public DuCa(int interval, double ratio, TopScore.Importance score) {
        this(interval, ratio, score, false);
    }

    public DuCa {
        Options.resolve(
                "policy " + NAME,
                DuCaFactory.PARAMETERS,
                new HashMap<>(
                        Map.of(
                                "interval",
                                Integer.toString(interval),
                                "ratio",
                                Double.toString(ratio),
                                "score",
                                score.word())));
    }

    @Override
    public String tag() {
        return NAME
                + ":interval="
                + interval
                + ",ratio="
                + Parameter.format(ratio)
                + ",score="
                + score.word()
                + (perLayer ? ",decide=layer" : "");
    }

    @Override
    public Requirements requirements() {
        return composition().requirements();
    }

    @Override
    public CacheSession open(GenerationContext context) {
        return composition().open(context);
    }

    private Composition composition() {
        Tokens tokens =
                new TopScore(
                        score,
                        ratio,
                        RatioSchedule.DDIM50,
                        interval,
                        STALENESS,
                        BONUS,
                        0,
                        TopScore.SEEDED);
        return Composition.when(steps -> new ToCaSteps(interval, steps, perLayer))
                .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                .rule(Where.tokenwise(), Cached.refresh(tokens, Merging.replace(), Cached.reuse()))
                .skipping(
                        steps -> {
                            ToCaSteps rule = new ToCaSteps(interval, steps, perLayer);
                            return index -> rule.position(index, OTHER) % 2 == 0;
                        })
                .build();
    }
}
