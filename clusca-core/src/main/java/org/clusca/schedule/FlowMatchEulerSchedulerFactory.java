package org.clusca.schedule;

import org.clusca.api.model.Config;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;

/** Makes {@link FlowMatchEulerScheduler}; see its constructor for the keys. */
public final class FlowMatchEulerSchedulerFactory implements SchedulerFactory {
    @Override
    public String name() {
        return FlowMatchEulerScheduler.NAME;
    }

    @Override
    public String configName() {
        return "FlowMatchEulerDiscreteScheduler";
    }

    @Override
    public String description() {
        return "Deterministic steps along a predicted velocity, for FLUX and HunyuanVideo.";
    }

    @Override
    public Scheduler create(Config config) {
        return new FlowMatchEulerScheduler(config);
    }
}
