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
 */
public record Where(String words, Test test) {
    /** Decides for one branch of a network with {@code blocks} blocks. */
    @FunctionalInterface
    public interface Test {
        boolean holds(BranchId id, int blocks);
    }

    public static Where everywhere() {
        return new Where("every branch", (id, blocks) -> true);
    }

    public static Where attention() {
        return kind("attention branches", id -> id.kind() == BranchKind.ATTENTION);
    }

    public static Where mlp() {
        return kind("MLP branches", id -> id.kind() == BranchKind.MLP);
    }

    public static Where stream(Stream stream) {
        return kind("the " + stream + " stream", id -> id.stream() == stream);
    }

    /**
     * @param numbers from 0; one that the network does not have is refused with INVALID_PARAMETER
     *     when a generation starts
     */
    public static Where blocks(int... numbers) {
        Set<Integer> listed = Arrays.stream(numbers).boxed().collect(Collectors.toSet());
        return new Where(
                "blocks " + Arrays.toString(numbers),
                (id, blocks) -> {
                    listed.forEach(
                            number ->
                                    Range.require(
                                            "A block's number in a rule", number, 0, blocks - 1));
                    return listed.contains(id.block());
                });
    }

    public static Where lastBlocks(int count) {
        Range.require("The number of last blocks", count, 0, Range.ANY);
        return new Where(
                "the last " + count + " blocks", (id, blocks) -> id.block() >= blocks - count);
    }

    /** Both this and {@code other}. */
    public Where and(Where other) {
        return new Where(
                words + " of " + other.words,
                (id, blocks) -> test.holds(id, blocks) && other.test.holds(id, blocks));
    }

    private static Where kind(String words, Predicate<BranchId> predicate) {
        return new Where(words, (id, blocks) -> predicate.test(id));
    }
}
