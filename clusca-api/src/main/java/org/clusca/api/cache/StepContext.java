package org.clusca.api.cache;

/**
 * The step to plan.
 *
 * @param index 0 for the noisiest step
 * @param timestep as the network takes it
 */
public record StepContext(int index, int steps, double timestep) {}
