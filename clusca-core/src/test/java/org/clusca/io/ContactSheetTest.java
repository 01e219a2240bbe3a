package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
    private static final int BACKGROUND = 0xfff4f4f4;

    private static BufferedImage plain(Color color, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, color.getRGB());
            }
        }
        return picture;
    }

    private static long count(BufferedImage sheet, Color color) {
        long count = 0;
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = 0; x < sheet.getWidth(); x++) {
                count += sheet.getRGB(x, y) == color.getRGB() ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void aGridKeepsSizesAndOrder() {
        BufferedImage red = plain(Color.RED, 20, 10);
        BufferedImage blue = plain(Color.BLUE, 20, 10);

        BufferedImage sheet = ContactSheet.grid(List.of(red, red, blue));

        assertThat(sheet.getWidth()).isEqualTo(2 * 20 + 3 * 8);
        assertThat(sheet.getHeight()).isEqualTo(2 * 10 + 3 * 8);
        assertThat(count(sheet, Color.RED)).isEqualTo(2 * 200);
        assertThat(count(sheet, Color.BLUE)).isEqualTo(200);
        assertThat(sheet.getRGB(8, 8 + 10 + 8)).isEqualTo(Color.BLUE.getRGB());
        assertThat(sheet.getRGB(0, 0)).isEqualTo(BACKGROUND);
        assertThat(sheet.getRGB(8 + 20 + 8, 8 + 10 + 8)).isEqualTo(BACKGROUND);
    }

    @Test
    void captionsGetRoomAndSmallPicturesGrow() {
        List<List<BufferedImage>> rows =
                List.of(
                        List.of(plain(Color.RED, 64, 64), plain(Color.RED, 64, 64)),
                        List.of(plain(Color.BLUE, 64, 64)));

        BufferedImage sheet =
                ContactSheet.captioned(
                        rows,
                        List.of("none", "clusca:interval=5,clusters=16,order=1,propagation=0.007"),
                        List.of("a cat", "a dog"));

        assertThat(count(sheet, Color.RED)).isEqualTo(2 * 128 * 128);
        assertThat(count(sheet, Color.BLUE)).isEqualTo(128 * 128);
        int right = sheet.getWidth() - 2 * (128 + 8);
        assertThat(right).as("room left for captions").isBetween(50, 200 + 3 * 8);
        assertThat(dark(sheet, 0, right, 8 + 16, 8 + 16 + 128)).as("first row caption").isTrue();
        assertThat(dark(sheet, 0, right, sheet.getHeight() - 136, sheet.getHeight()))
                .as("second row caption")
                .isTrue();
        int bottom = sheet.getHeight() - 2 * (128 + 8);
        assertThat(dark(sheet, right, sheet.getWidth(), 0, bottom)).as("column captions").isTrue();
    }

    private static boolean dark(BufferedImage sheet, int left, int right, int top, int bottom) {
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if ((sheet.getRGB(x, y) & 0xff) < 0x80 && (sheet.getRGB(x, y) & 0xff00) < 0x8000) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void largePicturesStayAsTheyAre() {
        BufferedImage sheet =
                ContactSheet.captioned(
                        List.of(List.of(plain(Color.RED, 100, 90))), List.of("row"), List.of());

        assertThat(count(sheet, Color.RED)).isEqualTo(100 * 90);
    }

    @Test
    void longCaptionsBreakAtCommas() {
        Caption caption = Caption.of("clusca:interval=5,clusters=16,order=1\nnext", 100);

        assertThat(caption.lines())
                .hasSizeGreaterThan(2)
                .endsWith("next")
                .allSatisfy(line -> assertThat(line).isEqualTo(line.strip()));
        assertThat(String.join("", caption.lines()))
                .isEqualTo("clusca:interval=5,clusters=16,order=1next");
        assertThat(caption.width()).isLessThanOrEqualTo(100);
    }

    @Test
    void wrongNumbersOfCaptionsOrPictures() {
        List<BufferedImage> one = List.of(plain(Color.RED, 4, 4));

        assertThatThrownBy(() -> ContactSheet.captioned(List.of(one), List.of("a", "b"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected 1 row captions, found 2");
        assertThatThrownBy(() -> ContactSheet.grid(Collections.emptyList()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
