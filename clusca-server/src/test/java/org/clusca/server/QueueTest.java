package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Requests wait, are made together, are given up, and are refused. */
final class QueueTest {
    private static final String SLOW =
            "{\"prompt\":\"owl\",\"steps\":250,\"n\":10,\"policy\":\"none\"}";
    private static final String FAST = "{\"prompt\":\"owl\",\"steps\":1}";

    private static CompletableFuture<HttpResponse<String>> later(Service service, String body) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return service.generate(body);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private static void until(BooleanSupplier happened) throws InterruptedException {
        for (int i = 0; i < 3000 && !happened.getAsBoolean(); i++) {
            Thread.sleep(20);
        }
        assertThat(happened.getAsBoolean()).isTrue();
    }

    private static boolean logged(Service service, String text) {
        return service.log.stream().anyMatch(line -> line.contains(text));
    }

    private static double metric(Service service, String name) {
        try {
            return service.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .sum();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thoseThatFitAreMadeTogetherAndAreTheOnesOfTheirOwn() throws Exception {
        try (Service service =
                new Service(s -> Service.with(Service.emoji(), 16, Duration.ofSeconds(5), null))) {
            String[] prompts = {"sunflower", "rocket", "owl"};
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                // the second asks for six, so that the batch of eight is full
                answers.add(
                        later(
                                service,
                                "{\"prompt\":\""
                                        + prompts[i]
                                        + "\",\"seed\":"
                                        + 100 * i
                                        + ",\"n\":"
                                        + (i == 1 ? 6 : 1)
                                        + ",\"steps\":4,\"policy\":\"toca:interval=2\",\"response_format\":\"b64_json\"}"));
            }
            for (int i = 0; i < 3; i++) {
                JsonNode data = Service.json(answers.get(i).get()).get("data");
                int last = data.size() - 1;
                JsonNode report =
                        Service.json(
                                service.get(
                                        "/v1/images/"
                                                + data.get(last).get("id").textValue()
                                                + "/report"));
                assertThat(report.get("madeTogether").asInt()).isEqualTo(8);
                assertThat(report.get("conditions").toString())
                        .isEqualTo("[\"" + prompts[i] + "\"]");
                GenerationTest.assertSame(
                        GenerationTest.picture(data.get(last).get("b64_json").textValue()),
                        GenerationTest.alone(
                                service, prompts[i], 100 * i + last, 4, "toca:interval=2"));
            }
        }
    }

    /** Its mean over a batch would decide another way. */
    @Test
    void whatMeasuresIsMadeAlone() throws Exception {
        try (Service service = new Service()) {
            JsonNode data =
                    Service.json(
                                    service.generate(
                                            "{\"prompt\":\"owl\",\"n\":3,\"seed\":1,\"steps\":8,\"policy\":\"teacache:threshold=0.3\",\"response_format\":\"b64_json\"}"))
                            .get("data");
            for (int i = 0; i < 3; i++) {
                GenerationTest.assertSame(
                        GenerationTest.picture(data.get(i).get("b64_json").textValue()),
                        GenerationTest.alone(service, "owl", 1 + i, 8, "teacache:threshold=0.3"));
            }
        }
    }

    @Test
    void aClientThatGoesAwayStopsItsWorkAndOthersGoOn() throws Exception {
        try (Service service = new Service()) {
            try (RawClient client = new RawClient(service.server)) {
                client.generate(SLOW);
                until(() -> metric(service, "clusca_models_open") == 1);
                Thread.sleep(300);
            }
            assertThat(service.generate(FAST).statusCode()).isEqualTo(200);
            until(() -> logged(service, " 499 "));
            // it was stopped before it was done
            assertThat(metric(service, "clusca_generation_seconds_count")).isEqualTo(1);
        }
    }

    @Test
    void aClientThatClosesItsSideIsToldThatItsWorkWasStopped() throws Exception {
        try (Service service = new Service();
                RawClient client = new RawClient(service.server)) {
            client.generate(SLOW);
            client.socket.shutdownOutput();
            assertThat(client.line()).contains("499");
            assertThat(service.generate(FAST).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void halfABodyIsRefused() throws Exception {
        try (Service service = new Service();
                RawClient client = new RawClient(service.server)) {
            client.send(
                    "POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"pro");
            client.socket.shutdownOutput();
            assertThat(client.line()).containsAnyOf("408", "400");
            assertThat(service.generate(FAST).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFullQueueRefusesAndSaysWhenToTryAgain() throws Exception {
        try (Service service =
                        new Service(s -> Service.with(Service.emoji(), 1, Duration.ZERO, null));
                RawClient running = new RawClient(service.server);
                RawClient waiting = new RawClient(service.server)) {
            running.generate(SLOW.replace("none", "fora"));
            until(() -> metric(service, "clusca_models_open") == 1);
            Thread.sleep(300);
            waiting.generate(SLOW);
            until(() -> metric(service, "clusca_queue_length") == 1);
            HttpResponse<String> refused = service.generate(FAST);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            running.leave();
            waiting.leave();
            until(() -> metric(service, "clusca_queue_length") == 0);
            assertThat(service.generate(FAST).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRequestThatTakesTooLongIsGivenUp() throws Exception {
        try (Service service =
                new Service(
                        s ->
                                new Settings(
                                        s.models(),
                                        s.host(),
                                        s.port(),
                                        s.token(),
                                        s.queue(),
                                        s.batchWait(),
                                        s.batch(),
                                        Duration.ofMillis(700),
                                        s.videoTimeout(),
                                        s.grace(),
                                        s.keep(),
                                        s.keepFor(),
                                        s.limits()))) {
            HttpResponse<String> late = service.generate(SLOW);
            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(Service.json(late).get("error").get("code").textValue())
                    .isEqualTo("timed_out");
        }
    }

    @Test
    void stoppingLetsFinishWhatIsMadeAndRefusesWhatWaits() throws Exception {
        Service service = new Service();
        CompletableFuture<HttpResponse<String>> running =
                later(service, "{\"prompt\":\"owl\",\"steps\":60,\"policy\":\"none\",\"n\":2}");
        until(() -> metric(service, "clusca_models_open") == 1);
        Thread.sleep(300);
        CompletableFuture<HttpResponse<String>> waiting =
                later(service, "{\"prompt\":\"owl\",\"steps\":41}");
        until(() -> metric(service, "clusca_queue_length") == 1);
        service.close();
        Set<Integer> statuses = new TreeSet<>();
        statuses.add(running.get().statusCode());
        statuses.add(waiting.get().statusCode());
        assertThat(statuses).containsExactly(200, 503);
    }
}
