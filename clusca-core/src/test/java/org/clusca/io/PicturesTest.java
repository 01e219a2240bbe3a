package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.awt.image.BufferedImage;
import java.util.List;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;

class PicturesTest {
    @Test
    void channelsRowsAndRounding() {
        // One picture of 1x4; the levels were computed with numpy 2 as
        // (np.clip(np.float32(x) / 2 + np.float32(.5), 0, 1) * 255).round().
        float[] values = {
            -1,
            -3,
            1,
            7, // red: ends and beyond
            0,
            1 / 255f,
            -1 / 255f,
            0.5f, // green: 127.5, 128, 127, 191.25
            -0.9960784f,
            -0.9882353f,
            -0.25f,
            0.9960784f // blue: 0.50001, 1.49999, 95.625, 254.5
        };

        List<BufferedImage> pictures = Pictures.of(Tensor.of(values, 1, 3, 1, 4));

        assertThat(pictures).hasSize(1);
        assertThat(Pictures.pixels(pictures.get(0)).toArray())
                .containsExactly(0, 0, 255, 255, 128, 128, 127, 191, 1, 1, 96, 254);
    }

    @Test
    void everyPictureOfABatch() {
        Tensor decoded = Tensor.zeros(2, 3, 2, 2);
        decoded.rows(1, 2).data().put(0, 1f);

        List<BufferedImage> pictures = Pictures.of(decoded);

        assertThat(pictures).hasSize(2);
        assertThat(pictures.get(0).getRGB(0, 0)).isEqualTo(0xff808080);
        assertThat(pictures.get(1).getRGB(0, 0)).isEqualTo(0xffff8080);
        assertThat(pictures.get(1).getRGB(1, 0)).isEqualTo(0xff808080);
    }

    @Test
    void valuesThatAreNotFinite() {
        Tensor decoded = Tensor.zeros(2, 3, 1, 1);
        decoded.data().put(3, Float.NaN);

        assertRefused(ErrorCode.NOT_FINITE, () -> Pictures.of(decoded), "Picture 1 of 2");
    }

    @Test
    void anotherShape() {
        assertThatThrownBy(() -> Pictures.of(Tensor.zeros(1, 4, 2, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[1, 4, 2, 2]");
    }
}
