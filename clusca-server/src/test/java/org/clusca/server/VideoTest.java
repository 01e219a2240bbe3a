package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Videos of a small random HunyuanVideo. */
final class VideoTest {
    private static Map<String, Path> hunyuan() {
        try {
            URI index =
                    VideoTest.class
                            .getResource("/golden/hunyuan/pipeline/model_index.json")
                            .toURI();
            return Map.of("video", Path.of(index).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aVideoIsAskedForLookedAfterAndFetched() throws Exception {
        try (Service service = new Service(s -> Service.with(hunyuan(), 4, Duration.ZERO, null))) {
            HttpResponse<String> asked =
                    service.send(
                            service.post(
                                    "/v1/videos",
                                    "{\"model\":\"video\",\"prompt\":\"a red fox\",\"size\":\"64x32\",\"frames\":5,\"steps\":2,\"seed\":1}"));
            JsonNode job = Service.json(asked);
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
            assertThat(job.get("object").textValue()).isEqualTo("video");
            String at = "/v1/videos/" + job.get("id").textValue();
            for (int i = 0; i < 1000 && !done(job); i++) {
                Thread.sleep(50);
                job = Service.json(service.get(at));
            }
            assertThat(job.get("status").textValue()).as(job.toString()).isEqualTo("completed");
            assertThat(job.get("progress").asInt()).isEqualTo(100);
            HttpResponse<byte[]> video = service.bytes(service.at(at + "/content"));
            assertThat(video.headers().firstValue("Content-Type")).contains("video/mp4");
            assertThat(new String(video.body(), 4, 4, StandardCharsets.US_ASCII)).isEqualTo("ftyp");
            assertThat(Service.json(service.get(at + "/report")).get("size").get("frames").asInt())
                    .isEqualTo(5);
            assertThat(Service.json(service.get("/v1/videos")).get("data")).hasSize(1);
            assertThat(service.send(HttpRequest.newBuilder(service.at(at)).DELETE()).statusCode())
                    .isEqualTo(200);
            assertThat(service.get(at).statusCode()).isEqualTo(404);
        }
    }

    private static boolean done(JsonNode job) {
        return job.get("status").textValue().matches("completed|failed");
    }
}
