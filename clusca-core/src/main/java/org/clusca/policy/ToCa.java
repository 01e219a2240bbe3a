package org.clusca.policy;

import java.util.Locale;
import java.util.Map;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;

/**
 * ToCa (arXiv 2410.05317): between full steps attention is reused, and of each MLP the tokens of
 * the highest score are computed and replace theirs in the cache.
 */
public final class ToCa implements CachePolicy {
    private final String tag;
    private final Composition composition;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     */
    public ToCa(Map<String, String> given) {
        this(given, TopScore.SEEDED);
    }

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @param randomScores draws the scores of {@code score=random}
     */
    public ToCa(Map<String, String> given, TopScore.RandomScores randomScores) {
        Options options = Options.resolve("policy toca", ToCaFactory.PARAMETERS, given);
        tag = tag(options);
        int interval = options.whole("interval");
        boolean perLayer = options.text("decide").equals("layer");
        Tokens tokens =
                new TopScore(
                        TopScore.Importance.of(options.text("score")),
                        options.real("ratio"),
                        RatioSchedule.valueOf(options.text("schedule").toUpperCase(Locale.ROOT)),
                        interval,
                        options.real("staleness"),
                        options.real("bonus"),
                        options.whole("divisor"),
                        randomScores);
        composition =
                Composition.when(steps -> new ToCaSteps(interval, steps, perLayer))
                        .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                        .rule(
                                Where.tokenwise(),
                                Cached.refresh(tokens, Merging.replace(), Cached.reuse()))
                        .build();
    }

    /** Interval and ratio, and whatever else is not as it is by default. */
    private static String tag(Options options) {
        StringBuilder tag =
                new StringBuilder(
                        "toca:interval="
                                + options.text("interval")
                                + ",ratio="
                                + options.text("ratio"));
        for (Parameter parameter :
                ToCaFactory.PARAMETERS.subList(2, ToCaFactory.PARAMETERS.size())) {
            String value = options.text(parameter.name());
            if (!value.equals(parameter.defaultValue())) {
                tag.append(',').append(parameter.name()).append('=').append(value);
            }
        }
        return tag.toString();
    }

    @Override
    public String tag() {
        return tag;
    }

    @Override
    public Requirements requirements() {
        return composition.requirements();
    }

    @Override
    public CacheSession open(GenerationContext context) {
        return composition.open(context);
    }
}
