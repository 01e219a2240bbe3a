package org.clusca.cli;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Options that count something. */
final class Positive {
    private Positive() {}

    /**
     * @return {@code number}
     * @throws CluscaException INVALID_PARAMETER, naming the option, when it is below 1
     */
    static int require(String option, int number) {
        if (number < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    option + " must be at least 1, found " + number + ".");
        }
        return number;
    }
}
