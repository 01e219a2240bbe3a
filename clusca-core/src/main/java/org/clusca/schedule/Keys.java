package org.clusca.schedule;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;

/** Checks that several schedulers make in the same words. */
final class Keys {
    private Keys() {}

    /** Refuses features of diffusers that would change the computation and are not built here. */
    static void refuse(Config config, String... keys) {
        for (String key : keys) {
            if (config.flag(key, false)) {
                throw config.wrong(key, "false, because this scheduler does not support it");
            }
        }
    }

    /** Refuses a number of steps that a scheduler cannot lay out. */
    static void requireSteps(int steps, int trainingSteps) {
        if (steps < 1 || steps > trainingSteps) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The number of steps must be from 1 to "
                            + trainingSteps
                            + ", found "
                            + steps
                            + ".");
        }
    }
}
