package org.clusca.schedule;

import org.clusca.api.model.Config;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;

/** Makes {@link DpmSolverMultistepScheduler}; see its constructor for the keys. */
public final class DpmSolverMultistepSchedulerFactory implements SchedulerFactory {
    @Override
    public String name() {
        return DpmSolverMultistepScheduler.NAME;
    }

    @Override
    public String configName() {
        return "DPMSolverMultistepScheduler";
    }

    @Override
    public String description() {
        return "DPM-Solver++, a multistep solver for few steps.";
    }

    @Override
    public Scheduler create(Config config) {
        return new DpmSolverMultistepScheduler(config);
    }
}
