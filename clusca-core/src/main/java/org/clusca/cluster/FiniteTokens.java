package org.clusca.cluster;

import java.nio.FloatBuffer;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;

/** The check that tokens are numbers at all. */
final class FiniteTokens {
    private FiniteTokens() {}

    /**
     * @param tokens {@code [batch, tokens, channels]}
     * @throws CluscaException NOT_FINITE naming the first token that holds NaN or an infinity
     */
    static void require(Tensor tokens) {
        FloatBuffer data = tokens.data();
        for (int i = 0; i < data.capacity(); i++) {
            if (!Float.isFinite(data.get(i))) {
                int token = i / tokens.dimension(2);
                throw refusal(token / tokens.dimension(1), token % tokens.dimension(1));
            }
        }
    }

    static CluscaException refusal(int batchRow, int token) {
        return new CluscaException(
                ErrorCode.NOT_FINITE,
                "Cannot cluster: token "
                        + token
                        + " of batch row "
                        + batchRow
                        + " holds NaN or an infinity. The model or the cache before it has"
                        + " overflowed; a lower order of prediction or wider numbers may help.");
    }
}
