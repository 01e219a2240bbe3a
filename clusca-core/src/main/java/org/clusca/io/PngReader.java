package org.clusca.io;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Reads PNG files and the text in them. */
public final class PngReader {
    private PngReader() {}

    /**
     * The picture.
     *
     * @throws org.clusca.api.CluscaException NOT_FOUND, or CORRUPT_FILE when it is no PNG file
     */
    public static BufferedImage picture(Path file) {
        return read(file, reader -> reader.read(0));
    }

    /**
     * The text by keyword, as {@link PngWriter} wrote it.
     *
     * @throws org.clusca.api.CluscaException NOT_FOUND, or CORRUPT_FILE when it is no PNG file
     */
    public static Map<String, String> metadata(Path file) {
        return read(
                file,
                reader -> {
                    Element root = (Element) reader.getImageMetadata(0).getAsTree(PngWriter.FORMAT);
                    Map<String, String> text = new LinkedHashMap<>();
                    collect(root.getElementsByTagName("tEXtEntry"), "value", text);
                    collect(root.getElementsByTagName("iTXtEntry"), "text", text);
                    return text;
                });
    }

    private static void collect(NodeList entries, String attribute, Map<String, String> text) {
        for (int i = 0; i < entries.getLength(); i++) {
            Element entry = (Element) entries.item(i);
            text.put(entry.getAttribute("keyword"), entry.getAttribute(attribute));
        }
    }

    private interface Reading<T> {
        T from(ImageReader reader) throws IOException;
    }

    private static <T> T read(Path file, Reading<T> reading) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(input);
            return reading.from(reader);
        } catch (IOException e) {
            throw IoErrors.corrupt(file, "expected a PNG file: " + e.getMessage() + ".");
        } finally {
            reader.dispose();
        }
    }
}
