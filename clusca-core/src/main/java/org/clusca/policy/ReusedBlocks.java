package org.clusca.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Readings;
import org.clusca.api.model.Branch;

/** {@link StableBlocks} in one generation; used by one thread. */
final class ReusedBlocks {
    /** As many refreshes are no sign of anything. */
    private static final int FEW = 2;

    private final List<Branch> branches;
    private final StableBlocks rule;
    private final IntPredicate at;
    private final List<Integer> candidates;
    private Set<Integer> stable = Set.of();
    private int refreshes;
    private int reused;

    /**
     * @param at steps at which they are left out
     */
    ReusedBlocks(List<Branch> branches, StableBlocks rule, IntPredicate at) {
        this.branches = branches;
        this.rule = rule;
        this.at = at;
        candidates = rule.candidates(branches);
    }

    /** A full step has run. */
    void computed(Readings readings) {
        stable = rule.found(branches, readings);
    }

    /** What a cached step forecasts. */
    Map<Place, Forecast> at(int index) {
        Map<Place, Forecast> forecasts = new HashMap<>();
        if (at.test(index)) {
            refreshes++;
            reused += stable.size();
            stable.forEach(b -> forecasts.put(new Place.Blocks(b, b + 1), Cached.reuse()));
        }
        return forecasts;
    }

    /** That the thresholds made no difference. */
    Optional<String> remark() {
        int most = refreshes * candidates.size();
        if (refreshes <= FEW || reused > 0 && reused < most) {
            return Optional.empty();
        }
        String blocks = candidates.size() + " blocks that can be left out";
        return Optional.of(
                (reused == 0 ? "none" : "all")
                        + " of the "
                        + blocks
                        + " were stable at any of its "
                        + refreshes
                        + " refreshes of blocks; "
                        + (candidates.isEmpty()
                                ? "lower the number of leading blocks."
                                : reused == 0
                                        ? "raise their thresholds to leave some out."
                                        : "lower their thresholds to compute more of them."));
    }
}
