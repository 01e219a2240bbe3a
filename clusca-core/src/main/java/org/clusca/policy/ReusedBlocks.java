package org.clusca.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.model.Branch;

/** {@link StableBlocks} in one generation; used by one thread. */
final class ReusedBlocks {
    private final List<Branch> branches;
    private final StableBlocks rule;
    private final IntPredicate at;
    private Set<Integer> stable = Set.of();

    /**
     * @param at steps at which they are left out
     */
    ReusedBlocks(List<Branch> branches, StableBlocks rule, IntPredicate at) {
        this.branches = branches;
        this.rule = rule;
        this.at = at;
    }

    /** A full step has run. */
    void computed(Readings readings) {
        stable = rule.found(branches, readings);
    }

    /** What a cached step forecasts. */
    Map<Place, Forecast> at(int index) {
        Map<Place, Forecast> reused = new HashMap<>();
        if (at.test(index)) {
            stable.forEach(b -> reused.put(new Place.Blocks(b, b + 1), Cached.reuse()));
        }
        return reused;
    }
}
