package org.clusca.engine;

import java.util.Optional;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.engine.trunk.TrunkRun;
import org.clusca.flops.FlopsCounter;

/**
 * Carries steps out as a session plans them; where it has gauges it judges each, and what it
 * rejects is run once more.
 *
 * @param judges whether the session has gauges
 * @param stop throws when the generation is to end before a step is run again
 */
record JudgedSteps(
        CacheSession session, TrunkRun run, FlopsCounter flops, boolean judges, Runnable stop) {
    /**
     * A step that is done and in the cache.
     *
     * @param plan by which it was done
     * @param flops of the run that was accepted
     * @param rejected the run before it, where there was one
     * @param readings what gauges showed of the first run
     */
    record Executed(
            StepPlan plan,
            Observation observation,
            long flops,
            Optional<Report.Rejected> rejected,
            Readings readings) {}

    Executed execute(StepContext step) {
        StepPlan plan = session.plan(step);
        long start = System.nanoTime();
        Observation observation = run.run(step, plan);
        long done = flops.step(plan);
        Readings readings = run.readings();
        Optional<StepPlan> again = judges ? session.redo(step, plan, readings) : Optional.empty();
        if (again.isEmpty()) {
            run.commit(step, plan);
            return new Executed(plan, observation, done, Optional.empty(), readings);
        }
        Report.Rejected rejected =
                new Report.Rejected(plan.kind(), (System.nanoTime() - start) / 1e9, done);
        stop.run();
        Observation redone = run.run(step, again.get());
        run.commit(step, again.get());
        return new Executed(
                again.get(), redone, flops.again(again.get()), Optional.of(rejected), readings);
    }
}
