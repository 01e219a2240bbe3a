package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done gets the right status, an error in OpenAI's form and one line in the log. */
final class BadRequestTest {
    private static Service service;

    @BeforeAll
    static void start() {
        service = new Service();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                                       | 400 | invalid_json |",
                "[1]                                                     | 400 | invalid_json |",
                "{\"prompt\":\"owl\"} x                                   | 400 | invalid_json |",
                "{\"prompt\":\"owl\",\"prompt\":\"cat\"}                   | 400 | invalid_json |",
                "{}                                                      | 400 | missing_required_parameter | prompt",
                "{\"prompt\":7}                                          | 400 | invalid_type | prompt",
                "{\"prompt\":\"owl\",\"step\":4}                         | 400 | unknown_parameter | step",
                "{\"prompt\":\"owl\",\"steps\":0}                        | 400 | invalid_value | steps",
                "{\"prompt\":\"owl\",\"steps\":1e99}                     | 400 | invalid_type | steps",
                "{\"prompt\":\"owl\",\"steps\":99999999999999999999}     | 400 | invalid_value | steps",
                "{\"prompt\":\"owl\",\"n\":11}                           | 400 | invalid_value | n",
                "{\"prompt\":\"owl\",\"size\":\"big\"}                   | 400 | invalid_value | size",
                "{\"prompt\":\"owl\",\"size\":\"99999x64\"}              | 400 | invalid_value | size",
                "{\"prompt\":\"owl\",\"size\":\"1024x1024\"}             | 400 | invalid_parameter |",
                "{\"prompt\":\"owl\",\"guidance\":-1}                    | 400 | invalid_value | guidance",
                "{\"prompt\":\"owl\",\"seed\":1.5}                       | 400 | invalid_type | seed",
                "{\"prompt\":\"owl\",\"frames\":9}                       | 400 | invalid_value | frames",
                "{\"prompt\":\"owl\",\"partial_images\":2}               | 400 | invalid_value | partial_images",
                "{\"prompt\":\"owl\",\"output_format\":\"webp\"}         | 400 | invalid_value | output_format",
                "{\"prompt\":\"owl\",\"policy\":\"clusca:clusters=x\"}   | 400 | invalid_parameter |",
                "{\"prompt\":\"owl\",\"policy\":\"magic\"}               | 400 | unknown_name |",
                "{\"prompt\":\"owl\",\"policy\":\"xslim:file=/etc/passwd\"} | 400 | invalid_value | policy",
                "{\"prompt\":\"owl\",\"policy\":\"clusca:clusters=5000\"} | 400 | invalid_parameter |",
                "{\"prompt\":\"no such thing\"}                        | 400 | unknown_name |",
                "{\"prompt\":\"owl\",\"model\":\"../../etc/passwd\"}     | 404 | model_not_found | model"
            })
    void isRefused(String body, int status, String code, String param) throws Exception {
        int lines = service.log.size();
        HttpResponse<String> response = service.generate(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = Service.json(response).get("error");
        assertThat(error.get("code").asText()).as(response.body()).isEqualTo(code);
        assertThat(error.get("message").textValue()).isNotBlank();
        assertThat(error.get("type").textValue()).isEqualTo("invalid_request_error");
        assertThat(error.get("param").asText("null")).isEqualTo(param == null ? "null" : param);
        assertLogged(lines, Integer.toString(status));
    }

    private static void assertLogged(int lines, String status) throws InterruptedException {
        for (int i = 0; i < 100 && service.log.size() == lines; i++) {
            Thread.sleep(20);
        }
        assertThat(service.log).hasSize(lines + 1);
        assertThat(service.log.get(lines)).contains(status).doesNotContain("\n");
    }

    @Test
    void aPromptOfAMegabyteIsTooLong() throws Exception {
        HttpResponse<String> most =
                service.generate("{\"prompt\":\"" + "a".repeat(1_000_000) + "\"}");
        assertThat(most.statusCode()).isEqualTo(400);
        assertThat(most.body()).contains("at most 32000 characters").hasSizeLessThan(1000);
        HttpResponse<String> more =
                service.generate("{\"prompt\":\"" + "a".repeat(1_100_000) + "\"}");
        assertThat(more.statusCode()).isEqualTo(413);
        assertThat(service.generate("{\"prompt\":\"owl\",\"steps\":1}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsNoJsonIsRefusedByItsHeader() throws Exception {
        HttpRequest.Builder form =
                HttpRequest.newBuilder(service.at("/v1/images/generations"))
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"owl\"}"));
        assertThat(service.send(form).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/v1/images/img-0",
                "/v1/images/..%2f..%2fetc%2fpasswd",
                "/v1/images/%2e%2e/report",
                "/v1/videos/video_0/content",
                "/v1/models/..%5c",
                "/page/index.html"
            })
    void whatIsNotThereIsNotFound(String path) throws Exception {
        HttpResponse<String> response = service.get(path);
        assertThat(response.statusCode()).as(response.body()).isIn(400, 404);
        assertThat(response.body()).doesNotContain("root:");
    }

    @Test
    void aMethodThatIsNotThereIsSaidSo() throws Exception {
        HttpResponse<String> response = service.get("/v1/images/generations");
        assertThat(response.statusCode()).as(response.body()).isIn(404, 405);
        assertThat(Service.json(response).get("error").get("message").textValue()).isNotBlank();
    }

    @Test
    void anotherHostIsRefusedOnLoopback() throws Exception {
        try (RawClient client = new RawClient(service.server)) {
            client.send("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(client.line()).contains("403");
        }
    }

    @Test
    void theWrongTokenIsRefused() throws Exception {
        try (Service guarded =
                new Service(s -> Service.with(Service.emoji(), 4, Duration.ZERO, "right"))) {
            assertThat(guarded.get("/v1/models").statusCode()).isEqualTo(401);
            assertThat(guarded.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(guarded.get("/health").statusCode()).isEqualTo(200);
            HttpRequest.Builder wrong =
                    guarded.post("/v1/images/generations", "{\"prompt\":\"owl\"}")
                            .header("Authorization", "Bearer wrong");
            HttpResponse<String> response = guarded.send(wrong);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(Service.json(response).get("error").get("code").textValue())
                    .isEqualTo("invalid_api_key");
            assertThat(
                            guarded.send(
                                            HttpRequest.newBuilder(guarded.at("/v1/models"))
                                                    .header("Authorization", "Bearer right"))
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aModelWhoseDirectoryVanishesIsUnavailableUntilItIsBack(@TempDir Path folder)
            throws Exception {
        Path model = folder.resolve("emoji");
        copy(Service.emoji().get("emoji"), model);
        try (Service other =
                new Service(s -> Service.with(Map.of("copy", model), 4, Duration.ZERO, null))) {
            Path away = folder.resolve("away");
            Files.move(model, away);
            HttpResponse<String> gone = other.generate("{\"prompt\":\"owl\",\"steps\":1}");
            assertThat(gone.statusCode()).as(gone.body()).isEqualTo(503);
            assertThat(other.get("/health").statusCode()).isEqualTo(200);
            Files.move(away, model);
            assertThat(other.generate("{\"prompt\":\"owl\",\"steps\":1}").statusCode())
                    .isEqualTo(200);
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
