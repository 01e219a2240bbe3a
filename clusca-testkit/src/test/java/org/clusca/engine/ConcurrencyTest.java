package org.clusca.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Requests that differ in everything, side by side on one pipeline. */
final class ConcurrencyTest {
    private static final List<Request> REQUESTS =
            List.of(
                    request("clusca:interval=3,clusters=8", 2, 8, 1.5, "circle", "star"),
                    request("clusca:interval=4,clusters=16,order=2", 1, 11, 4, "wave"),
                    request("taylorseer:interval=3,order=1", 3, 7, 1, "square"),
                    request("fora:interval=2", 1, 9, 2, "star", "wave", "circle"),
                    request("none", 2, 5, 1.5, "square"));

    private static Request request(
            String policy, int count, int steps, double guidance, String... conditions) {
        return Toys.request(policy)
                .conditions(conditions)
                .count(count)
                .steps(steps)
                .guidance(guidance)
                .seed(steps)
                .decode(true)
                .build();
    }

    @Test
    void interleavedRequestsEqualThemselvesAlone() throws InterruptedException, ExecutionException {
        List<Generated> alone = new ArrayList<>();
        for (Request request : REQUESTS) {
            try (Pipeline pipeline = Toys.open()) {
                alone.add(pipeline.generate(request));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(REQUESTS.size());
        try (Pipeline pipeline = Toys.open()) {
            // sessions are loaded in the race too
            List<Future<Generated>> together = new ArrayList<>();
            for (int round = 0; round < 2; round++) {
                REQUESTS.forEach(
                        request -> together.add(threads.submit(() -> pipeline.generate(request))));
            }
            for (int i = 0; i < together.size(); i++) {
                int request = i % REQUESTS.size();
                Toys.assertSameBits(
                        "request " + request, together.get(i).get(), alone.get(request));
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
