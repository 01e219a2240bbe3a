package org.clusca.api.cache;

import org.clusca.api.Experimental;

/**
 * What a policy held against its threshold to decide a step.
 *
 * @param change what was measured, in the unit of the threshold
 * @param sum what the threshold was for: the changes since the last full step where the policy adds
 *     them up, else the change itself
 * @param exceeded whether it was too much, so that the step was computed in full
 */
@Experimental
public record Judgement(double change, double sum, double threshold, boolean exceeded) {}
