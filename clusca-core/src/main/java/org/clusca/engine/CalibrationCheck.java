package org.clusca.engine;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CalibratedOn;

/** Whether a policy was calibrated on what it is used for. */
final class CalibrationCheck {
    private CalibrationCheck() {}

    /**
     * @param family of the model
     * @throws CluscaException INCOMPATIBLE for another model or number of steps
     */
    static void require(CachePolicy policy, Origin origin, String family, int steps) {
        policy.calibratedOn()
                .ifPresent(
                        on -> {
                            if (!on.family().equals(family)) {
                                throw refused(
                                        policy,
                                        "a model of the family " + named(on.family()),
                                        "the family of " + origin.model() + " is " + named(family));
                            }
                            if (!on.fingerprint().equals(origin.fingerprint())) {
                                throw refused(
                                        policy,
                                        on.model() + " with the fingerprint " + on.fingerprint(),
                                        origin.model()
                                                + " has the fingerprint "
                                                + origin.fingerprint());
                            }
                            if (on.steps() != steps) {
                                throw refused(
                                        policy,
                                        on.steps() + " steps",
                                        "the generation has " + steps);
                            }
                        });
    }

    private static String named(String family) {
        return family.isEmpty() ? "(none)" : family;
    }

    private static CluscaException refused(CachePolicy policy, String expected, String found) {
        String name = policy.tag().split(":")[0];
        return new CluscaException(
                ErrorCode.INCOMPATIBLE,
                "Policy "
                        + policy.tag()
                        + " was calibrated on "
                        + expected
                        + ", but "
                        + found
                        + ". Run clusca calibrate for policy "
                        + name
                        + " with this model and number of steps.");
    }

    /** What differs without making the calibration useless. */
    static List<String> warnings(CachePolicy policy, String scheduler, double guidance) {
        List<String> warnings = new ArrayList<>();
        policy.calibratedOn()
                .filter(on -> !on.scheduler().equals(scheduler) || on.guidance() != guidance)
                .ifPresent(on -> warnings.add(warning(policy, on, scheduler, guidance)));
        return warnings;
    }

    private static String warning(
            CachePolicy policy, CalibratedOn on, String scheduler, double guidance) {
        return "The policy "
                + policy.tag()
                + " was calibrated under "
                + words(on.scheduler(), on.guidance())
                + ", this was generated under "
                + words(scheduler, guidance)
                + ".";
    }

    private static String words(String scheduler, double guidance) {
        return scheduler + " with guidance " + Parameter.format(guidance);
    }
}
