package org.clusca.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.Parameter;
import org.clusca.api.cache.Place;

/**
 * DuCa (arXiv 2412.18911): cached steps alternate between ToCa's, which refresh some tokens, and
 * aggressive ones, which skip the whole trunk and give the last layer the hidden state of the step
 * before. Which of the two a cached step is, its place between two full steps says.
 */
public final class DuCa implements Composed {
    static final String NAME = "duca";
    static final List<Parameter> PARAMETERS = parameters();

    /** A block that is not the first. */
    private static final int OTHER = 1;

    private final String tag;
    private final Composition composition;

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     */
    public DuCa(Map<String, String> given) {
        TokenCaching parts = TokenCaching.of(NAME, PARAMETERS, given);
        tag = parts.tag();
        int aggressive = parts.options().text("aggressive").equals("even") ? 0 : 1;
        composition =
                parts.composition(TopScore.SEEDED)
                        .forecasting(
                                new Place.Trunk(false),
                                steps -> {
                                    StepPositions rule = parts.positions(steps);
                                    return index -> rule.position(index, OTHER) % 2 == aggressive;
                                },
                                Cached.reuse())
                        .build();
    }

    private static List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(TokenCaching.parameters(0.05, 0.8));
        parameters.add(
                Parameter.choice(
                        "aggressive",
                        "Which places between full steps skip the trunk.",
                        "even",
                        "odd"));
        return List.copyOf(parameters);
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
