package org.clusca.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.clusca.testing.Refusals.assertRefused;

import java.awt.image.BufferedImage;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;

class VideoComparisonTest {
    private static BufferedImage grey(int level, int width) {
        BufferedImage picture = new BufferedImage(width, 12, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * 12; i++) {
            picture.setRGB(i % width, i / width, level * 0x010101);
        }
        return picture;
    }

    private static VideoComparison compare(int[] video, int[] reference) {
        VideoComparison comparison = new VideoComparison();
        for (int i = 0; i < video.length; i++) {
            comparison.add(grey(video[i], 16), grey(reference[i], 16));
        }
        return comparison;
    }

    @Test
    void equalVideos() {
        VideoComparison same = compare(new int[] {1, 90, 7}, new int[] {1, 90, 7});

        assertThat(same.psnr()).hasSize(3).containsOnly(Double.POSITIVE_INFINITY);
        assertThat(same.ssim()).hasSize(3).allSatisfy(s -> assertThat(s).isEqualTo(1));
        assertThat(same.flicker()).isZero();
    }

    @Test
    void aConstantErrorDoesNotFlicker() {
        VideoComparison brighter = compare(new int[] {11, 100, 17}, new int[] {1, 90, 7});

        assertThat(brighter.flicker()).isZero();
        assertThat(VideoComparison.mean(brighter.psnr()))
                .isCloseTo(20 * Math.log10(25.5), within(1e-9));
    }

    @Test
    void anErrorThatComesAndGoes() {
        // errors 0, 4, 0, 1: changes of 4, 4 and 1
        VideoComparison flickering =
                compare(new int[] {50, 64, 70, 81}, new int[] {50, 60, 70, 80});

        assertThat(flickering.flicker()).isCloseTo(3, within(1e-9));
    }

    @Test
    void fewerThanTwoFrames() {
        assertThat(compare(new int[] {5}, new int[] {9}).flicker()).isZero();
        assertThat(new VideoComparison().psnr()).isEmpty();
        assertThat(VideoComparison.mean(new VideoComparison().psnr())).isNaN();
    }

    @Test
    void sizesThatDiffer() {
        VideoComparison comparison = compare(new int[] {1}, new int[] {1});

        assertRefused(
                ErrorCode.INCOMPATIBLE, () -> comparison.add(grey(1, 16), grey(1, 18)), "16", "18");
        assertRefused(
                ErrorCode.INCOMPATIBLE, () -> comparison.add(grey(1, 18), grey(1, 18)), "16", "18");
    }
}
