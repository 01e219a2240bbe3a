package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pictures over HTTP are those that the pipeline makes. */
final class GenerationTest {
    private static Service service;

    @BeforeAll
    static void start() {
        service = new Service();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void picturesAreThoseThatTheirSeedsGiveAlone() throws Exception {
        HttpResponse<String> response =
                service.generate(
                        "{\"model\":\"emoji\",\"prompt\":\"sunflower\",\"n\":2,\"seed\":7,\"steps\":4,"
                                + "\"policy\":\"clusca:interval=2,clusters=8\",\"response_format\":\"b64_json\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode data = Service.json(response).get("data");
        assertThat(data).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(data.get(i).get("seed").asInt()).isEqualTo(7 + i);
            assertSame(
                    picture(data.get(i).get("b64_json").textValue()),
                    alone(service, "sunflower", 7 + i, 4, "clusca:interval=2,clusters=8"));
        }
    }

    @Test
    void anAddressGivesThePictureAndItsReport() throws Exception {
        JsonNode answer =
                Service.json(
                        service.generate(
                                "{\"prompt\":\"rocket\",\"seed\":3,\"steps\":3,\"output_format\":\"jpeg\"}"));
        JsonNode data = answer.get("data").get(0);
        HttpResponse<byte[]> picture = service.bytes(URI.create(data.get("url").textValue()));
        assertThat(picture.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(ImageIO.read(new ByteArrayInputStream(picture.body())).getWidth()).isEqualTo(64);
        JsonNode report =
                Service.json(service.get("/v1/images/" + data.get("id").textValue() + "/report"));
        assertThat(report.get("conditions").get(0).textValue()).isEqualTo("rocket");
        assertThat(report.get("seed").asInt()).isEqualTo(3);
        assertThat(report.get("steps")).hasSize(3);
        assertThat(report.get("madeTogether").asInt()).isEqualTo(1);
    }

    @Test
    void eventsTellOfStepsAndPartialImages() throws Exception {
        HttpResponse<String> response =
                service.generate(
                        "{\"prompt\":\"owl\",\"seed\":1,\"steps\":8,\"stream\":true,\"partial_images\":2,"
                                + "\"stream_steps\":true,\"policy\":\"clusca:interval=3,clusters=8\"}");
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        List<JsonNode> events = events(response.body());
        assertThat(types(events, "clusca.step")).hasSize(8);
        List<JsonNode> partial = types(events, "image_generation.partial_image");
        assertThat(partial).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(partial.get(i).get("partial_image_index").asInt()).isEqualTo(i);
            assertThat(picture(partial.get(i).get("b64_json").textValue()).getWidth())
                    .isEqualTo(64);
        }
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.get("type").textValue()).isEqualTo("image_generation.completed");
        assertSame(
                picture(last.get("b64_json").textValue()),
                alone(service, "owl", 1, 8, "clusca:interval=3,clusters=8"));
        JsonNode step =
                types(events, "clusca.step").stream()
                        .filter(one -> one.get("kind").textValue().equals("tokens"))
                        .findFirst()
                        .orElseThrow();
        assertThat(step.get("clusters").get("labels")).hasSize(256);
        assertThat(step.get("clusters").get("computed")).isNotEmpty();
        assertThat(step.get("previews")).hasSize(1);
    }

    @Test
    void listsSayWhatThereIs() throws Exception {
        JsonNode models = Service.json(service.get("/v1/models"));
        assertThat(models.get("data").get(0).get("id").textValue()).isEqualTo("emoji");
        JsonNode model = Service.json(service.get("/v1/models/emoji"));
        assertThat(model.get("classes").toString()).contains("sunflower");
        JsonNode policies = Service.json(service.get("/v1/policies"));
        JsonNode clusca = null;
        for (JsonNode policy : policies.get("data")) {
            if (policy.get("id").textValue().equals("clusca")) {
                clusca = policy;
            }
            assertThat(policy.toString()).doesNotContain("\"name\":\"file\"");
        }
        assertThat(clusca).isNotNull();
        assertThat(clusca.toString()).contains("\"name\":\"interval\"").contains("\"least\":");
    }

    private static List<JsonNode> types(List<JsonNode> events, String type) {
        return events.stream().filter(event -> event.get("type").textValue().equals(type)).toList();
    }

    static List<JsonNode> events(String body) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : body.split("\n")) {
            if (line.startsWith("data: ")) {
                events.add(Service.JSON.readTree(line.substring(6)));
            }
        }
        return events;
    }

    static BufferedImage picture(String base64) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    static BufferedImage alone(
            Service service, String prompt, long seed, int steps, String policy) {
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            return Pictures.of(
                            pipeline.generate(
                                            Request.builder()
                                                    .conditions(prompt)
                                                    .seed(seed)
                                                    .steps(steps)
                                                    .policy(
                                                            service.clusca.policy(
                                                                    policy, pipeline.model()))
                                                    .build())
                                    .pictures())
                    .get(0);
        }
    }

    /** In 8 bits, of which a float may be rounded the other way. */
    static void assertSame(BufferedImage found, BufferedImage expected) {
        assertThat(found.getWidth()).isEqualTo(expected.getWidth());
        for (int y = 0; y < found.getHeight(); y++) {
            for (int x = 0; x < found.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    assertThat(found.getRGB(x, y) >> shift & 255)
                            .isCloseTo(expected.getRGB(x, y) >> shift & 255, within(1));
                }
            }
        }
    }
}
