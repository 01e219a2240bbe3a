package org.clusca.api.schedule;

import org.clusca.api.model.Config;

/** Makes schedulers of one kind; found by {@link java.util.ServiceLoader}. */
public interface SchedulerFactory {
    /** The name by which users ask for it: lower-case letters, digits, {@code -} and {@code +}. */
    String name();

    /**
     * The {@code _class_name} in a {@code scheduler_config.json} that this factory reads, e.g.
     * {@code DDIMScheduler}.
     */
    String configName();

    /** One sentence for listings. */
    String description();

    /**
     * @param config keys of {@code scheduler_config.json}; missing ones have diffusers' defaults
     * @throws org.clusca.api.CluscaException INVALID_MODEL for a value that is not supported: never
     *     ignored silently
     */
    Scheduler create(Config config);
}
