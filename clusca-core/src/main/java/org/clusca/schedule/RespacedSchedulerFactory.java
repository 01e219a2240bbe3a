package org.clusca.schedule;

import org.clusca.api.model.Config;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;

/**
 * Makes {@link RespacedScheduler}. No diffusers configuration names it: {@code RespacedDDIM} is
 * Clusca's own name.
 */
public final class RespacedSchedulerFactory implements SchedulerFactory {
    @Override
    public String name() {
        return RespacedScheduler.NAME;
    }

    @Override
    public String configName() {
        return "RespacedDDIM";
    }

    @Override
    public String description() {
        return "The sampler of the original DiT code: timesteps evenly from 0 to the noisiest.";
    }

    @Override
    public Scheduler create(Config config) {
        return new RespacedScheduler(config);
    }
}
