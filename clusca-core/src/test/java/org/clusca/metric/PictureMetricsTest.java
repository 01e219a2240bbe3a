package org.clusca.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;
import org.junit.jupiter.api.Test;

/**
 * The expected numbers were made with numpy 2 and torch 2.13 from the same formulas for the
 * pictures, in float64 and in another way than the code: the window as an 11x11 matrix, and the
 * variances as weighted means of {@code (a - mean_a) (b - mean_b)} window by window.
 */
class PictureMetricsTest {
    private static final int HEIGHT = 17;
    private static final int WIDTH = 23;

    /** Integers in [0, 255]. */
    private static Tensor picture(int seed) {
        Tensor picture = Tensor.zeros(3, HEIGHT, WIDTH);
        FloatBuffer data = picture.data();
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    data.put((x * x * (3 + seed) + y * 7 * (c + 1) + x * y * seed + 31 * c) % 256);
                }
            }
        }
        return picture;
    }

    /** {@code picture(1)} with a pattern of up to 6 levels added. */
    private static Tensor noisy() {
        Tensor picture = picture(1);
        FloatBuffer data = picture.data();
        for (int i = 0; i < picture.size(); i++) {
            int x = i % WIDTH;
            int y = i / WIDTH % HEIGHT;
            float value = data.get(i) + (x * 5 + y * 3) % 13 - 6;
            data.put(i, Math.min(255, Math.max(0, value)));
        }
        return picture;
    }

    /** From [0, 255] to [-1, 1]. */
    private static Tensor signed(Tensor picture) {
        float[] values = picture.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] / 127.5f - 1;
        }
        return Tensor.of(values, picture.shape());
    }

    private static BufferedImage image(Tensor picture) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        int plane = HEIGHT * WIDTH;
        for (int i = 0; i < plane; i++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                rgb = rgb << 8 | (int) picture.data().get(c * plane + i);
            }
            image.setRGB(i % WIDTH, i / WIDTH, rgb);
        }
        return image;
    }

    @Test
    void psnr() {
        assertThat(Psnr.of(picture(1), noisy())).isCloseTo(36.73560934208842, within(1e-9));
        assertThat(Psnr.of(picture(1), picture(2))).isCloseTo(8.099775465735826, within(1e-9));
        assertThat(Psnr.of(signed(picture(1)), signed(noisy()), 2))
                .isCloseTo(36.73560930884626, within(1e-9));
        assertThat(Psnr.of(picture(1), picture(1))).isInfinite().isPositive();
    }

    @Test
    void ssim() {
        assertThat(Ssim.of(picture(1), noisy())).isCloseTo(0.9987413549514638, within(1e-9));
        assertThat(Ssim.of(picture(1), picture(2))).isCloseTo(-0.10241004973504549, within(1e-9));
        assertThat(Ssim.of(signed(picture(1)), signed(noisy()), 2))
                .isCloseTo(0.9966624972429997, within(1e-9));
        assertThat(Ssim.of(picture(1), picture(1))).isCloseTo(1, within(1e-12));
    }

    @Test
    void imagesAreTheirPixels() {
        assertThat(Psnr.of(image(picture(1)), image(noisy())))
                .isEqualTo(Psnr.of(picture(1), noisy()));
        assertThat(Ssim.of(image(picture(1)), image(noisy())))
                .isEqualTo(Ssim.of(picture(1), noisy()));
    }

    @Test
    void shapesThatDoNotFit() {
        assertThatThrownBy(() -> Psnr.of(Tensor.zeros(2), Tensor.zeros(3)))
                .isInstanceOf(CluscaException.class)
                .hasMessageContainingAll("[2]", "[3]");
        assertThatThrownBy(() -> Ssim.of(Tensor.zeros(3, 10, 40), Tensor.zeros(3, 10, 40)))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("11x11");
    }
}
