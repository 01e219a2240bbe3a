package org.clusca.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.clusca.api.Options;
import org.clusca.api.cache.CachePolicy;

/** Lighter forms of a policy: those of lower orders, the highest first. */
final class LowerOrders {
    private LowerOrders() {}

    /**
     * @param order of the policy
     * @param form makes the one of an order
     */
    static List<CachePolicy> of(int order, IntFunction<CachePolicy> form) {
        return IntStream.rangeClosed(1, order).mapToObj(less -> form.apply(order - less)).toList();
    }

    /** Of a policy whose parameter {@code order} says it. */
    static List<CachePolicy> of(
            int order, Options options, Function<Map<String, String>, CachePolicy> form) {
        return of(
                order,
                lower -> {
                    Map<String, String> given = new HashMap<>(options.values());
                    given.put("order", Integer.toString(lower));
                    return form.apply(given);
                });
    }
}
