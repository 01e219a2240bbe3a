package org.clusca.policy;

import java.util.List;
import java.util.SplittableRandom;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.model.Branch;

/**
 * Tokens by chance, drawn anew for every step, branch and batch row.
 *
 * @param count tokens of each row
 */
public record RandomTokens(int count) implements Tokens {
    public RandomTokens {
        Range.require("The number of random tokens", count, 0, Range.ANY);
    }

    @Override
    public Session open(GenerationContext context, List<Branch> refreshed) {
        return (step, branch) -> {
            Branch spec = context.branches().get(branch);
            int[][] tokens = new int[context.batch()][];
            for (int row = 0; row < tokens.length; row++) {
                SplittableRandom random = Draws.at(context.rowSeed(row), step.index(), branch);
                float[] score = TokenScore.random(random, spec.tokens());
                tokens[row] = TokenScore.top(score, Math.min(count, spec.tokens()));
            }
            return tokens;
        };
    }
}
