package org.clusca.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;

/**
 * Steps at which some of the image's tokens go through the whole network, with all of the text,
 * attending to the others' keys and values as they were computed last. Nothing else is kept of the
 * branches.
 *
 * @param at those steps
 */
record RefreshedTrunk(List<Branch> branches, Tokens.Session choice, IntPredicate at) {
    static void declare(Requirements.Builder needs) {
        needs.tokens(BranchKind.values()).refreshesTrunk().observes(LargestChange.RESIDUAL);
    }

    StepPlan plan(StepContext step) {
        int[][] image = choice.choose(step, 0);
        int[][] joint = joint(image);
        List<Action> actions = new ArrayList<>();
        for (Branch branch : branches) {
            actions.add(
                    switch (branch.id().stream()) {
                        case IMAGE -> some(image);
                        case TEXT -> new Action.Compute(false);
                        case JOINT -> some(joint);
                    });
        }
        return new StepPlan(actions, true, Map.of(), image);
    }

    private static Action some(int[][] tokens) {
        return new Action.ComputeTokens(tokens, new Merge.Replace(), Cached.reuse());
    }

    /** The text's tokens and these of the image, as they stand in a joint sequence. */
    private int[][] joint(int[][] image) {
        int text = tokens(Stream.TEXT);
        boolean imageFirst = first(Stream.IMAGE) < first(Stream.TEXT);
        int textAt = imageFirst ? tokens(Stream.IMAGE) : 0;
        int imageAt = imageFirst ? 0 : text;
        return Arrays.stream(image)
                .map(
                        row ->
                                IntStream.concat(
                                                IntStream.range(textAt, textAt + text),
                                                Arrays.stream(row).map(token -> imageAt + token))
                                        .toArray())
                .toArray(int[][]::new);
    }

    /** Streams stand in the order in which their attention branches run. */
    private int first(Stream stream) {
        List<BranchId> ids = branches.stream().map(Branch::id).toList();
        return IntStream.range(0, ids.size())
                .filter(
                        i ->
                                ids.get(i).stream() == stream
                                        && ids.get(i).kind() == BranchKind.ATTENTION)
                .findFirst()
                .orElse(ids.size());
    }

    private int tokens(Stream stream) {
        return branches.stream()
                .filter(branch -> branch.id().stream() == stream)
                .mapToInt(Branch::tokens)
                .findFirst()
                .orElse(0);
    }
}
