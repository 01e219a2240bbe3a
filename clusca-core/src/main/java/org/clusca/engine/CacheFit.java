package org.clusca.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.trunk.CachePrecision;

/**
 * Fits what a request caches to a limit, at the least loss: as it is, else in 16 bits, else by the
 * policy's lighter forms in 16 bits.
 */
final class CacheFit {
    private CacheFit() {}

    /**
     * @param features bytes that a request caches
     * @throws CluscaException OUT_OF_MEMORY when nothing of the policy fits
     */
    static Request within(Request request, long most, ToLongFunction<Request> features) {
        long least = Long.MAX_VALUE;
        for (Request form : forms(request)) {
            long bytes = features.applyAsLong(form);
            if (bytes <= most) {
                return form;
            }
            least = Math.min(least, bytes);
        }
        throw new CluscaException(
                ErrorCode.OUT_OF_MEMORY,
                "A feature cache of "
                        + Memory.gib(most)
                        + " is too little for policy "
                        + request.policy().tag()
                        + ": at its least it keeps "
                        + Memory.gib(least)
                        + ".",
                List.of(Advice.LARGER_CACHE, Advice.FEWER_IMAGES, Advice.SMALLER_SIZE));
    }

    private static List<Request> forms(Request request) {
        List<Request> forms = new ArrayList<>(List.of(request));
        Request.Builder halved = request.toBuilder().cachePrecision(CachePrecision.BFLOAT16);
        forms.add(halved.build());
        for (CachePolicy lighter : request.policy().lighter()) {
            forms.add(halved.policy(lighter).build());
        }
        return forms;
    }
}
