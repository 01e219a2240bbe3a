package org.clusca;

import java.util.function.Function;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cluster.Clusterer;

/** What is measured for which policy. */
record Calibrations(Registry<CachePolicyFactory> policies, Function<String, Clusterer> clusterers) {

    /**
     * @throws CluscaException INVALID_PARAMETER for a policy that there is nothing to fit of, or
     *     what its calibration does not take
     */
    Calibrator calibrator(Tag tag) {
        if (tag.parameters().containsKey("file")) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A calibration makes a file, it reads none; leave file out of " + tag + ".");
        }
        Calibration calibration =
                policies.get(tag.name()).calibration().orElseThrow(() -> nothing(tag.name()));
        return calibration.open(
                Options.resolve(
                        "calibrating policy " + tag.name(),
                        calibration.parameters(),
                        tag.parameters()),
                clusterers);
    }

    private CluscaException nothing(String name) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                "There is nothing to calibrate of policy "
                        + name
                        + ". There is of: "
                        + policies.all().stream()
                                .filter(factory -> factory.calibration().isPresent())
                                .map(CachePolicyFactory::name)
                                .collect(Collectors.joining(", "))
                        + ".");
    }
}
