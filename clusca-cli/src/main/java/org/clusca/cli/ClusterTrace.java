package org.clusca.cli;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;
import org.clusca.engine.ProgressListener.Progress;

/** Remembers which tokens a policy grouped and computed for the first picture, step by step. */
final class ClusterTrace {
    private final SortedMap<Integer, Snapshot> steps = new TreeMap<>();
    private final List<Branch> branches;

    /**
     * @param branches of the network, in order
     */
    ClusterTrace(List<Branch> branches) {
        this.branches = branches;
    }

    /**
     * One cached step.
     *
     * @param labels cluster of each token
     * @param computed tokens that the MLP in the middle of the network computed
     */
    record Snapshot(int[] labels, int clusters, int[] computed) {}

    void add(Progress progress) {
        if (progress.step().kind() != StepKind.TOKENS || progress.clustering().isEmpty()) {
            return;
        }
        List<Action.ComputeTokens> refreshed =
                IntStream.range(0, branches.size())
                        .filter(i -> branches.get(i).id().stream() == Stream.IMAGE)
                        .mapToObj(progress.plan().actions()::get)
                        .filter(Action.ComputeTokens.class::isInstance)
                        .map(Action.ComputeTokens.class::cast)
                        .toList();
        if (refreshed.isEmpty()) {
            return;
        }
        int[] tokens = refreshed.get(refreshed.size() / 2).tokens()[0];
        progress.clustering()
                .ifPresent(
                        groups ->
                                steps.put(
                                        progress.step().index(),
                                        new Snapshot(
                                                groups.labels()[0], groups.clusters(), tokens)));
    }

    /** Cached steps that there is something to show of. */
    SortedMap<Integer, Snapshot> steps() {
        return steps;
    }

    /** Steps spread evenly over all. */
    List<Integer> spread(int count) {
        List<Integer> all = List.copyOf(steps.keySet());
        int shown = Math.min(count, all.size());
        return IntStream.range(0, shown)
                .mapToObj(i -> all.get((2 * i + 1) * all.size() / (2 * shown)))
                .toList();
    }
}
