package org.clusca.schedule;

import org.clusca.api.model.Config;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;

/** Makes {@link DdimScheduler}; see its constructor for the keys. */
public final class DdimSchedulerFactory implements SchedulerFactory {
    @Override
    public String name() {
        return DdimScheduler.NAME;
    }

    @Override
    public String configName() {
        return "DDIMScheduler";
    }

    @Override
    public String description() {
        return "Deterministic steps, the default of published DiT pipelines.";
    }

    @Override
    public Scheduler create(Config config) {
        return new DdimScheduler(config);
    }
}
