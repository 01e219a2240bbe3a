package org.clusca.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.output.Response;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LangChain4j's interface over a pipeline with the embedded model. */
final class CluscaImageModelTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = Clusca.openEmbedded("emoji");
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @Test
    void picturesAreThoseOfThePipeline() throws Exception {
        ImageModel model =
                CluscaImageModel.builder()
                        .pipeline(pipeline)
                        .policy("none")
                        .steps(3)
                        .seed(7)
                        .build();
        Response<List<Image>> two = model.generate("sunflower", 2);
        assertThat(two.content()).hasSize(2);
        assertThat(two.metadata()).containsEntry("policy", "none");
        BufferedImage second = picture(two.content().get(1));
        BufferedImage alone =
                Pictures.of(
                                pipeline.generate(
                                                Request.builder()
                                                        .conditions("sunflower")
                                                        .steps(3)
                                                        .seed(8)
                                                        .build())
                                        .pictures())
                        .get(0);
        for (int at = 0; at < 64; at++) {
            assertThat(second.getRGB(at, at) & 255)
                    .isBetween((alone.getRGB(at, at) & 255) - 1, (alone.getRGB(at, at) & 255) + 1);
        }
        // the seeds go on
        assertThat(model.generate("sunflower").metadata()).containsEntry("seed", 9L);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        assertThatThrownBy(() -> CluscaImageModel.builder().build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("pipeline is null");
        ImageModel model = CluscaImageModel.builder().pipeline(pipeline).build();
        assertThatThrownBy(() -> model.generate("no such thing"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("No class named");
    }

    private static BufferedImage picture(Image image) throws Exception {
        return ImageIO.read(
                new ByteArrayInputStream(Base64.getDecoder().decode(image.base64Data())));
    }
}
