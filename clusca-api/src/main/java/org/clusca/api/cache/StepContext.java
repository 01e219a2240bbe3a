package org.clusca.api.cache;

/**
 * The step to plan.
 *
 * @param index 0 for the noisiest step
 * @param timestep as the network takes it
 * @param ahead what gauges show of the step's input
 */
public record StepContext(int index, int steps, double timestep, Readings ahead) {
    /** Without gauges. */
    public StepContext(int index, int steps, double timestep) {
        this(index, steps, timestep, Readings.NONE);
    }
}
