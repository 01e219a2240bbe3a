package org.clusca.policy;

import java.util.List;
import java.util.Map;
import org.clusca.api.Parameter;

/**
 * ToCa (arXiv 2410.05317): between full steps attention is reused, and of each branch that works
 * token by token the tokens of the highest score are computed and replace theirs in the cache.
 */
public final class ToCa implements Composed {
    static final String NAME = "toca";
    static final List<Parameter> PARAMETERS = TokenCaching.parameters(0.07, 0.6);

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
        TokenCaching parts = TokenCaching.of(NAME, PARAMETERS, given);
        tag = parts.tag();
        composition = parts.composition(randomScores).build();
    }

    @Override
    public String tag() {
        return tag;
    }

    @Override
    public Composition composition() {
        return composition;
    }
}
