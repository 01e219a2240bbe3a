package org.clusca.schedule;

import org.clusca.api.model.Config;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;

/** Makes {@link DdpmScheduler}; see its constructor for the keys. */
public final class DdpmSchedulerFactory implements SchedulerFactory {
    @Override
    public String name() {
        return DdpmScheduler.NAME;
    }

    @Override
    public String configName() {
        return "DDPMScheduler";
    }

    @Override
    public String description() {
        return "Ancestral sampling, adds noise at every step; for many steps.";
    }

    @Override
    public Scheduler create(Config config) {
        return new DdpmScheduler(config);
    }
}
