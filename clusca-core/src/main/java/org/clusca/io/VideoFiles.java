package org.clusca.io;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** Videos as files; the ending of the name says which kind. */
public final class VideoFiles {
    private VideoFiles() {}

    private enum Kind {
        MP4,
        ANIMATED_PNG,
        FOLDER
    }

    /**
     * Whether {@link #open} would find its way, to be asked before a long computation.
     *
     * @throws CluscaException INVALID_PARAMETER for an unknown ending, naming those that are known;
     *     IO, saying what is in the way
     */
    public static void check(Path file) {
        switch (kind(file)) {
            case MP4, ANIMATED_PNG -> OutputFile.checkWritable(file);
            case FOLDER -> PendingFolder.check(file);
        }
    }

    /**
     * Opens a video: {@code .mp4} is H.264, {@code .png} or {@code .apng} an animated PNG, a name
     * without an ending a folder of PNG files.
     *
     * @param text about how the video was made, by keyword; the rules are those of {@link
     *     PngWriter#write}
     * @throws CluscaException as {@link #check}; INVALID_PARAMETER for a keyword that is not
     *     allowed
     */
    public static VideoWriter open(Path file, VideoFormat format, Map<String, String> text) {
        Kind kind = kind(file);
        text.keySet().forEach(keyword -> PngWriter.checkKeyword(file, keyword));
        return switch (kind) {
            case MP4 -> new Mp4Writer(file, format, text);
            case ANIMATED_PNG -> new ApngWriter(file, format, text);
            case FOLDER -> new FrameFolderWriter(file, format, text);
        };
    }

    private static Kind kind(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
        return switch (ending) {
            case ".mp4" -> Kind.MP4;
            case ".png", ".apng" -> Kind.ANIMATED_PNG;
            case "" -> Kind.FOLDER;
            default ->
                    throw new CluscaException(
                            ErrorCode.INVALID_PARAMETER,
                            file
                                    + ": a video cannot be written as '"
                                    + ending
                                    + "'; use .mp4 (H.264), .png or .apng (animated PNG), or a name"
                                    + " without an ending for a folder of PNG files.");
        };
    }
}
