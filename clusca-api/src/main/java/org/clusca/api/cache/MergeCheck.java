package org.clusca.api.cache;

import java.util.Arrays;
import java.util.Optional;
import org.clusca.api.model.Branch;

/**
 * What is wrong with how some tokens of a branch enter the cache.
 *
 * @param batch rows
 */
record MergeCheck(Branch branch, int batch) implements Merge.Cases<Optional<String>> {
    @Override
    public Optional<String> replace(Merge.Replace merge) {
        return Optional.empty();
    }

    @Override
    public Optional<String> propagate(Merge.Propagate merge) {
        if (!(merge.ratio() >= 0 && merge.ratio() <= 1)) {
            return Optional.of(
                    "propagates "
                            + branch.id()
                            + " by the ratio "
                            + merge.ratio()
                            + ", not 0 to 1");
        }
        if (merge.labels().length != batch || !Arrays.stream(merge.labels()).allMatch(this::fits)) {
            return Optional.of(
                    "propagates by labels that are not one cluster for each of "
                            + branch.tokens()
                            + " tokens of "
                            + batch
                            + " rows of "
                            + branch.id());
        }
        return Optional.empty();
    }

    private boolean fits(int[] row) {
        return row.length == branch.tokens() && Arrays.stream(row).allMatch(l -> l >= 0);
    }
}
