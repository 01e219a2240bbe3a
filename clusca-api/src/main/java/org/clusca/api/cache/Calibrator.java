package org.clusca.api.cache;

import java.util.List;
import java.util.Map;
import org.clusca.api.Experimental;

/** One calibration: measures one generation, and says what it found. */
@Experimental
public interface Calibrator {
    /** What runs in place of the policy and measures; computes everything at every step. */
    CachePolicy measuring();

    /**
     * What was found, when the generation has ended.
     *
     * @throws org.clusca.api.CluscaException INVALID_PARAMETER when it was too short to find
     *     anything
     */
    Found found();

    /**
     * What a calibration file holds for the policy.
     *
     * @param values as JSON has them: String, Integer, Double, List, Map
     * @param summary the same in words, a line each
     */
    record Found(Map<String, Object> values, List<String> summary) {}
}
