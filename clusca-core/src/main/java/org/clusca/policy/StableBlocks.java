package org.clusca.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Readings;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;

/**
 * Blocks that change the image's tokens little, found at full steps: the mean absolute changes by
 * the blocks, in their order, are added up, and as long as the sum is below a threshold a block can
 * be left out; one that lets it reach the threshold is computed, and the sum begins anew. Source:
 * X-Slim (arXiv 2512.12604), its released code.
 *
 * @param apart threshold of blocks that keep streams apart, which are all there are in a network of
 *     one stream
 * @param joint threshold of blocks on a joint sequence
 * @param first leading blocks of either kind that are never left out
 */
public record StableBlocks(double apart, double joint, int first) {
    /**
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER for a number out of range
     */
    public StableBlocks {
        Range.require("The threshold of blocks", apart, 0, Range.ANY);
        Range.require("The threshold of blocks on a joint sequence", joint, 0, Range.ANY);
        Range.require("The number of leading blocks", first, 1, Range.ANY);
    }

    /** What is read of a block. */
    static Gauge change(int block) {
        return new Gauge.BlockChange(block, Norm.L1);
    }

    /** The blocks of a network that work on the image, in their order. */
    static List<Integer> blocks(List<Branch> branches) {
        return branches.stream()
                .filter(branch -> branch.id().stream() != Stream.TEXT)
                .map(branch -> branch.id().block())
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether a block works on a joint sequence. */
    static boolean joint(int block, List<Branch> branches) {
        return branches.stream()
                .map(Branch::id)
                .anyMatch(id -> id.block() == block && id.stream() == Stream.JOINT);
    }

    /** Those that it can leave out. */
    List<Integer> candidates(List<Branch> branches) {
        List<Integer> candidates = new ArrayList<>();
        numbers(branches)
                .forEach(
                        (block, number) -> {
                            if (number >= first) {
                                candidates.add(block);
                            }
                        });
        return candidates;
    }

    /** Of each block its number among those of its kind. */
    private static Map<Integer, Integer> numbers(List<Branch> branches) {
        Map<Boolean, Integer> next = new HashMap<>();
        Map<Integer, Integer> numbers = new TreeMap<>();
        for (int block : blocks(branches)) {
            numbers.put(block, next.merge(joint(block, branches), 1, Integer::sum) - 1);
        }
        return numbers;
    }

    /** The blocks that a full step has found stable. */
    Set<Integer> found(List<Branch> branches, Readings readings) {
        List<Integer> candidates = candidates(branches);
        Set<Integer> stable = new HashSet<>();
        double sum = 0;
        for (int block : blocks(branches)) {
            sum += readings.mean(change(block));
            if (sum < (joint(block, branches) ? joint : apart) && candidates.contains(block)) {
                stable.add(block);
            } else {
                sum = 0;
            }
        }
        return stable;
    }
}
