package org.clusca.io;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Writes PNG files with text about how the picture was made, whole or not at all. */
public final class PngWriter {
    static final String FORMAT = "javax_imageio_png_1.0";

    private PngWriter() {}

    /**
     * Whether {@link #write} would find its way, to be asked before a long computation.
     *
     * @throws CluscaException INVALID_PARAMETER for a name that ends as another format does; IO,
     *     saying what is in the way
     */
    public static void checkWritable(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
        if (!ending.isEmpty() && !ending.equals(".png")) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    file
                            + ": a picture cannot be written as '"
                            + ending
                            + "'; it is PNG: end its name in .png.");
        }
        OutputFile.checkWritable(file);
    }

    /**
     * @param text by keyword (1 to 79 Latin-1 characters); plain ASCII becomes a {@code tEXt}
     *     chunk, anything else UTF-8 in an {@code iTXt} chunk
     * @throws CluscaException IO, nothing is left behind then; INVALID_PARAMETER for a keyword that
     *     PNG does not allow
     */
    public static void write(Path file, BufferedImage picture, Map<String, String> text) {
        byte[] bytes = encode(file, picture, text);
        OutputFile.write(file, channel -> OutputFile.writeFully(channel, ByteBuffer.wrap(bytes)));
    }

    /**
     * The content of a PNG file.
     *
     * @param file for errors
     * @param text as {@link #write} takes it
     */
    public static byte[] encode(Path file, BufferedImage picture, Map<String, String> text) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
            text.forEach((keyword, value) -> add(file, metadata, keyword, value));
            writer.setOutput(output);
            writer.write(new IIOImage(picture, null, metadata));
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void add(Path file, IIOMetadata metadata, String keyword, String value) {
        checkKeyword(file, keyword);
        boolean plain = value.chars().allMatch(c -> c == '\n' || c >= 0x20 && c < 0x7f);
        String chunk = plain ? "tEXt" : "iTXt";
        IIOMetadataNode entry = new IIOMetadataNode(chunk + "Entry");
        entry.setAttribute("keyword", keyword);
        if (plain) {
            entry.setAttribute("value", value);
        } else {
            entry.setAttribute("compressionFlag", "FALSE");
            entry.setAttribute("compressionMethod", "0");
            entry.setAttribute("languageTag", "");
            entry.setAttribute("translatedKeyword", "");
            entry.setAttribute("text", value);
        }
        IIOMetadataNode list = new IIOMetadataNode(chunk);
        list.appendChild(entry);
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        root.appendChild(list);
        try {
            metadata.mergeTree(FORMAT, root);
        } catch (IIOInvalidTreeException e) {
            throw new IllegalStateException("The text " + keyword + " was checked before", e);
        }
    }

    /** The rules of the PNG specification, 11.3.3.2; javax.imageio checks only some of them. */
    static void checkKeyword(Path file, String keyword) {
        boolean printable =
                keyword.chars().allMatch(c -> c >= 0x20 && c <= 0x7e || c >= 0xa1 && c <= 0xff);
        if (!printable
                || keyword.isEmpty()
                || keyword.length() > 79
                || !keyword.equals(keyword.strip())
                || keyword.contains("  ")) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    file
                            + ": a keyword of PNG text has 1 to 79 printable Latin-1 characters and"
                            + " no spaces around it or in a row, found '"
                            + keyword.replaceAll("\\R", " ")
                            + "'.");
        }
    }
}
