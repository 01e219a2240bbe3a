package org.clusca.policy;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;

/**
 * Which branches a rule is for.
 *
 * @param words for errors
 * @param kinds of branches that it can be for
 */
public record Where(String words, Set<BranchKind> kinds, Test test) {
    private static final Set<BranchKind> ALL = Set.of(BranchKind.values());
    private static final Set<BranchKind> TOKENWISE =
            Set.of(BranchKind.MLP, BranchKind.PARALLEL, BranchKind.CROSS_ATTENTION);

    public Where {
        kinds = Set.copyOf(kinds);
    }

    /** Decides for one branch of a network with {@code blocks} blocks. */
    @FunctionalInterface
    public interface Test {
        boolean holds(BranchId id, int blocks);
    }

    public static Where everywhere() {
        return new Where("every branch", ALL, (id, blocks) -> true);
    }

    /**
     * Attention. A rule that computes some tokens of it, or of some of it, puts them through
     * attention, with the keys and values of the others kept; parallel branches that have such a
     * rule too then do the same.
     */
    public static Where attention() {
        return kinds("attention branches", BranchKind.ATTENTION);
    }

    public static Where crossAttention() {
        return kinds("cross-attention branches", BranchKind.CROSS_ATTENTION);
    }

    public static Where mlp() {
        return kinds("MLP branches", BranchKind.MLP);
    }

    /** Attention and MLP side by side, as in the single blocks of FLUX. */
    public static Where parallel() {
        return kinds("parallel branches", BranchKind.PARALLEL);
    }

    /** All that work token by token, so that some can be computed without the others. */
    public static Where tokenwise() {
        return kinds(
                "MLP, parallel and cross-attention branches", TOKENWISE.toArray(new BranchKind[0]));
    }

    public static Where stream(Stream stream) {
        return of("the " + stream + " stream", id -> id.stream() == stream);
    }

    /**
     * @param numbers from 0; one that the network does not have is refused with INVALID_PARAMETER
     *     when a generation starts
     */
    public static Where blocks(int... numbers) {
        Set<Integer> listed = Arrays.stream(numbers).boxed().collect(Collectors.toSet());
        return new Where(
                "blocks " + Arrays.toString(numbers),
                ALL,
                (id, blocks) -> {
                    listed.forEach(
                            number ->
                                    Range.require(
                                            "A block's number in a rule", number, 0, blocks - 1));
                    return listed.contains(id.block());
                });
    }

    /**
     * @param count more than the network has is refused as in {@link #blocks}
     */
    public static Where lastBlocks(int count) {
        Range.require("The number of last blocks", count, 0, Range.ANY);
        return new Where(
                "the last " + count + " blocks",
                ALL,
                (id, blocks) -> {
                    Range.require("The number of last blocks in a rule", count, 0, blocks);
                    return id.block() >= blocks - count;
                });
    }

    /**
     * The kinds that a rule can compute on some tokens: attention, which costs a cache of keys and
     * values, only where it is named.
     */
    Set<BranchKind> refreshed() {
        return kinds.equals(ALL) ? TOKENWISE : kinds;
    }

    /** Both this and {@code other}. */
    public Where and(Where other) {
        return new Where(
                words + " of " + other.words,
                kinds.stream().filter(other.kinds::contains).collect(Collectors.toSet()),
                (id, blocks) -> test.holds(id, blocks) && other.test.holds(id, blocks));
    }

    private static Where kinds(String words, BranchKind... kinds) {
        Set<BranchKind> set = Set.of(kinds);
        return new Where(words, set, (id, blocks) -> set.contains(id.kind()));
    }

    private static Where of(String words, Predicate<BranchId> predicate) {
        return new Where(words, ALL, (id, blocks) -> predicate.test(id));
    }
}
