package org.clusca.api.cache;

/**
 * What a policy needs of the engine; it decides the form of the graph before the first step.
 *
 * @param order highest order of difference kept for every branch; 0 keeps the features alone, -1
 *     keeps nothing
 * @param tokens whether the policy uses {@link Action.ComputeTokens}
 * @param hidden whether the policy observes the hidden state after the last block
 */
public record Requirements(int order, boolean tokens, boolean hidden) {
    /** Everything is computed, nothing is kept. */
    public static final Requirements NOTHING = new Requirements(-1, false, false);
}
