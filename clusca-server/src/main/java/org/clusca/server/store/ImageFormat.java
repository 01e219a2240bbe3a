package org.clusca.server.store;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.clusca.io.PngWriter;

/**
 * How pictures are written.
 *
 * @param quality of a JPEG, in percent
 */
public record ImageFormat(Kind kind, int quality) {
    /** PNG, which loses nothing. */
    public static final ImageFormat PNG = new ImageFormat(Kind.PNG, 100);

    /** Named as {@code output_format} does. */
    public enum Kind {
        PNG,
        JPEG;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public String contentType() {
            return "image/" + word();
        }
    }

    /**
     * @param text about how it was made; a JPEG has none
     */
    public byte[] encode(BufferedImage image, Map<String, String> text) {
        return kind == Kind.PNG
                ? PngWriter.encode(Path.of("picture.png"), image, text)
                : jpeg(image);
    }

    private byte[] jpeg(BufferedImage image) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality / 100f);
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
