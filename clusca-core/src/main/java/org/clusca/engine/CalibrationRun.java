package org.clusca.engine;

import java.util.List;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CalibratedOn;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.model.Config;
import org.clusca.io.CalibrationFile;

/** Measures one generation for a policy. */
public final class CalibrationRun {
    private CalibrationRun() {}

    /**
     * What was made.
     *
     * @param file not written yet
     * @param summary what was found in words, a line each
     * @param warnings of the generation that was measured
     */
    public record Made(CalibrationFile file, List<String> summary, List<String> warnings) {}

    /**
     * @param policy name of the kind of policy
     * @param request of what is generated; its policy is of no account, and nothing is decoded
     * @throws org.clusca.api.CluscaException as {@link Pipeline#generate} and {@link
     *     Calibrator#found}
     */
    public static Made run(
            Pipeline pipeline, String policy, Calibrator calibrator, Request request) {
        CachePolicy measuring = calibrator.measuring();
        Report report =
                pipeline.generate(
                                request.toBuilder()
                                        .policy(measuring)
                                        .keepLatents(false)
                                        .decode(false)
                                        .build())
                        .report();
        Provenance made = report.provenance();
        Calibrator.Found found = calibrator.found();
        CalibratedOn on =
                new CalibratedOn(
                        made.origin().model(),
                        pipeline.model().family(),
                        made.origin().fingerprint(),
                        report.steps().size(),
                        made.scheduler(),
                        made.guidance());
        return new Made(
                new CalibrationFile(policy, on, new Config("The calibration", found.values())),
                found.summary(),
                // that it computes everything is what it is for
                report.warnings().stream()
                        .filter(warning -> !warning.startsWith("The policy " + measuring.tag()))
                        .toList());
    }
}
