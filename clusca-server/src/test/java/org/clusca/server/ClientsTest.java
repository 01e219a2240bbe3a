package org.clusca.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.models.images.Image;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import dev.langchain4j.model.openai.OpenAiImageModel;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.openai.OpenAiImageOptions;

/** Clients that Java teams have, as they are used. */
final class ClientsTest {
    private static final String TOKEN = "secret";
    private static Service service;

    @BeforeAll
    static void start() {
        service = new Service(settings -> Service.with(Service.emoji(), 64, Duration.ZERO, TOKEN));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static OpenAIClient openAi() {
        return OpenAIOkHttpClient.builder()
                .baseUrl(service.server.address() + "/v1")
                .apiKey(TOKEN)
                .build();
    }

    @Test
    void openAiJava() throws Exception {
        List<Image> images =
                openAi().images()
                        .generate(
                                ImageGenerateParams.builder()
                                        .model("emoji")
                                        .prompt("sunflower")
                                        .n(2L)
                                        .responseFormat(ImageGenerateParams.ResponseFormat.B64_JSON)
                                        .putAdditionalBodyProperty("steps", JsonValue.from(4))
                                        .putAdditionalBodyProperty("seed", JsonValue.from(5))
                                        .putAdditionalBodyProperty("policy", JsonValue.from("none"))
                                        .build())
                        .data()
                        .orElseThrow();
        assertThat(images).hasSize(2);
        GenerationTest.assertSame(
                GenerationTest.picture(images.get(1).b64Json().orElseThrow()),
                GenerationTest.alone(service, "sunflower", 6, 4, "none"));
    }

    @Test
    void openAiJavaStreams() throws Exception {
        try (StreamResponse<ImageGenStreamEvent> events =
                openAi().images()
                        .generateStreaming(
                                ImageGenerateParams.builder()
                                        .model("emoji")
                                        .prompt("rocket")
                                        .partialImages(2L)
                                        .putAdditionalBodyProperty("steps", JsonValue.from(6))
                                        .build())) {
            List<ImageGenStreamEvent> all = events.stream().toList();
            assertThat(all).hasSize(3);
            assertThat(all.get(0).isGenerationPartialImage()).isTrue();
            assertThat(
                            GenerationTest.picture(all.get(2).asGenerationCompleted().b64Json())
                                    .getWidth())
                    .isEqualTo(64);
        }
    }

    @Test
    void openAiJavaKnowsTheErrors() {
        assertThatThrownBy(
                        () ->
                                openAi().images()
                                        .generate(
                                                ImageGenerateParams.builder()
                                                        .model("dall-e-3")
                                                        .prompt("sunflower")
                                                        .build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("There are: emoji");
        assertThat(openAi().models().list().data().get(0).id()).isEqualTo("emoji");
    }

    @Test
    void langChain4j() throws Exception {
        OpenAiImageModel model =
                OpenAiImageModel.builder()
                        .baseUrl(service.server.address() + "/v1")
                        .apiKey(TOKEN)
                        .modelName("emoji")
                        .build();
        dev.langchain4j.data.image.Image image = model.generate("owl").content();
        assertThat(service.bytes(image.url()).statusCode()).isEqualTo(200);
    }

    @Test
    void springAi() throws Exception {
        org.springframework.ai.openai.OpenAiImageModel model =
                org.springframework.ai.openai.OpenAiImageModel.builder()
                        .openAiClient(openAi())
                        .options(OpenAiImageOptions.builder().model("emoji").build())
                        .build();
        ImageResponse response = model.call(new ImagePrompt("tulip"));
        String url = response.getResult().getOutput().getUrl();
        assertThat(service.bytes(URI.create(url)).statusCode()).isEqualTo(200);
    }
}
