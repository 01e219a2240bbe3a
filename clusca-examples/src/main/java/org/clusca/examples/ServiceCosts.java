package org.clusca.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.EmbeddedModels;
import org.clusca.server.CluscaServer;
import org.clusca.server.Settings;

/**
 * What a service costs, with the embedded model: a request against {@code Pipeline.generate}, by
 * turns, and eight requests that are made together against one by one. Medians, and least times.
 */
public final class ServiceCosts implements AutoCloseable {
    private static final int STEPS = 50;
    private static final int WAITING = 8;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Clusca clusca = Clusca.create();
    private final Pipeline pipeline = Clusca.openEmbedded("emoji");
    private final CluscaServer server;

    private ServiceCosts(Duration batchWait) {
        Settings usual = Settings.usual(Map.of("emoji", EmbeddedModels.path("emoji")));
        server =
                CluscaServer.start(
                        clusca,
                        new Settings(
                                usual.models(),
                                usual.host(),
                                0,
                                null,
                                usual.queue(),
                                batchWait,
                                WAITING,
                                usual.timeout(),
                                usual.videoTimeout(),
                                usual.grace(),
                                usual.keep(),
                                usual.keepFor(),
                                usual.limits()),
                        line -> {});
    }

    /**
     * @param args turns
     */
    public static void main(String[] args) throws Exception {
        int turns = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        try (ServiceCosts costs = new ServiceCosts(Duration.ZERO)) {
            costs.overhead("none", turns);
            costs.overhead("balanced", turns);
            try (ServiceCosts waiting = new ServiceCosts(Duration.ofSeconds(2))) {
                costs.batching(waiting, Math.max(1, turns / 4));
            }
        }
    }

    private void overhead(String policy, int turns) {
        double[] alone = new double[turns];
        double[] asked = new double[turns];
        for (int turn = -2; turn < turns; turn++) {
            int seed = Math.max(turn, 0);
            double pipelineSeconds =
                    seconds(
                            () ->
                                    pipeline.generate(
                                            Request.builder()
                                                    .conditions("sunflower")
                                                    .steps(STEPS)
                                                    .seed(seed)
                                                    .policy(clusca.policy(policy, pipeline.model()))
                                                    .build()));
            double requestSeconds = seconds(() -> ask("sunflower", seed, policy));
            if (turn >= 0) {
                alone[turn] = pipelineSeconds;
                asked[turn] = requestSeconds;
            }
        }
        Arrays.sort(alone);
        Arrays.sort(asked);
        System.out.printf(
                Locale.ROOT,
                "%s: Pipeline.generate %.4f s, a request %.4f s, ratio of medians %.3f, of least"
                        + " times %.3f%n",
                policy,
                alone[turns / 2],
                asked[turns / 2],
                asked[turns / 2] / alone[turns / 2],
                asked[0] / alone[0]);
    }

    /**
     * @param waiting has requests wait for one another
     */
    private void batching(ServiceCosts waiting, int turns) {
        double[] single = new double[turns];
        double[] together = new double[turns];
        // loads
        waiting.ask("sunflower", 0, "none");
        for (int turn = 0; turn < turns; turn++) {
            single[turn] =
                    seconds(
                            () -> {
                                for (int i = 0; i < WAITING; i++) {
                                    ask("sunflower", i, "none");
                                }
                            });
            together[turn] =
                    seconds(
                            () -> {
                                List<CompletableFuture<Void>> all = new ArrayList<>();
                                for (int i = 0; i < WAITING; i++) {
                                    int seed = i;
                                    all.add(
                                            CompletableFuture.runAsync(
                                                    () -> waiting.ask("sunflower", seed, "none"),
                                                    task -> new Thread(task).start()));
                                }
                                all.forEach(CompletableFuture::join);
                            });
        }
        Arrays.sort(single);
        Arrays.sort(together);
        System.out.printf(
                Locale.ROOT,
                "%d requests one by one %.3f s, together %.3f s: %.2f times as fast%n",
                WAITING,
                single[turns / 2],
                together[turns / 2],
                single[turns / 2] / together[turns / 2]);
    }

    private void ask(String prompt, int seed, String policy) {
        String body =
                String.format(
                        Locale.ROOT,
                        "{\"prompt\":\"%s\",\"seed\":%d,\"steps\":%d,\"policy\":\"%s\",\"response_format\":\"b64_json\"}",
                        prompt,
                        seed,
                        STEPS,
                        policy);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.address() + "/v1/images/generations"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(response.body());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        server.close();
        pipeline.close();
    }
}
