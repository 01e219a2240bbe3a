package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.clusca.Clusca;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostcardsTest {
    @TempDir private Path folder;

    @Test
    void drawsWithTheModelOfItsJar() throws IOException {
        Path file = folder.resolve("rocket.png");
        try (Postcards postcards = new Postcards()) {
            Generated drawn = postcards.draw("rocket", file);

            assertThat(drawn.report().count(StepKind.TOKENS)).isPositive();
        }
        assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(64);
    }

    @Test
    void findsWhatTheArtifactsBring() {
        Clusca clusca = Clusca.create();

        assertThat(clusca.models().names()).containsAll(List.of("dit", "flux", "hunyuan-video"));
        assertThat(clusca.policies().names()).contains("clusca", "taylorseer");
    }
}
