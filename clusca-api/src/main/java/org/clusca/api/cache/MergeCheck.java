package org.clusca.api.cache;

import java.util.Arrays;
import java.util.Optional;
import org.clusca.api.model.Branch;

/**
 * What is wrong with how some tokens of a branch enter the cache.
 *
 * @param batch rows
 * @param declared whether the policy has declared that it corrects
 */
record MergeCheck(Branch branch, int batch, boolean declared)
        implements Merge.Cases<Optional<String>> {
    @Override
    public Optional<String> replace(Merge.Replace merge) {
        return Optional.empty();
    }

    @Override
    public Optional<String> propagate(Merge.Propagate merge) {
        return fault(merge.ratio(), merge.labels());
    }

    @Override
    public Optional<String> correct(Merge.Correct merge) {
        return declared
                ? fault(merge.ratio(), merge.labels())
                : Optional.of(
                        "corrects the forecast of "
                                + branch.id()
                                + " but declares that it never does so");
    }

    private Optional<String> fault(double ratio, int[][] labels) {
        if (!(ratio >= 0 && ratio <= 1)) {
            return Optional.of(
                    "propagates " + branch.id() + " by the ratio " + ratio + ", not 0 to 1");
        }
        if (labels.length != batch || !Arrays.stream(labels).allMatch(this::fits)) {
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
