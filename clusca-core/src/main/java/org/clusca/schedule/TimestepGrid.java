package org.clusca.schedule;

import org.clusca.api.model.Config;

/**
 * Which of the training timesteps a generation visits, as a configuration says.
 *
 * @param offset added to every timestep of {@link TimestepSpacing#LEADING}
 */
record TimestepGrid(TimestepSpacing spacing, int offset, int trainingSteps) {
    /**
     * Keys timestep_spacing and steps_offset (0).
     *
     * @param missing the spacing when the configuration names none
     */
    static TimestepGrid of(Config config, String missing, int trainingSteps) {
        return new TimestepGrid(
                TimestepSpacing.of(config, missing),
                config.whole("steps_offset", 0),
                trainingSteps);
    }

    /** Of a grid with a point for every step, noisiest first. */
    int[] timesteps(int steps) {
        Keys.requireSteps(steps, trainingSteps);
        return spacing.timesteps(steps, steps, trainingSteps, offset);
    }

    /**
     * Of a grid with one point more than there are steps, for the clean latent; only where every
     * training timestep is a step is there no room for it.
     */
    int[] timestepsAndEnd(int steps) {
        Keys.requireSteps(steps, trainingSteps);
        boolean oneMore = spacing != TimestepSpacing.TRAILING && steps < trainingSteps;
        return spacing.timesteps(steps, oneMore ? steps + 1 : steps, trainingSteps, offset);
    }
}
