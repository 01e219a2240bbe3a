package org.clusca.io;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jcodec.api.FrameGrab;
import org.jcodec.api.JCodecException;
import org.jcodec.common.io.NIOUtils;
import org.jcodec.common.io.SeekableByteChannel;
import org.jcodec.common.model.Picture;
import org.jcodec.containers.mp4.MP4Util;
import org.jcodec.containers.mp4.boxes.MetaBox;
import org.jcodec.containers.mp4.boxes.MovieBox;
import org.jcodec.containers.mp4.boxes.NodeBox;

/** What is in an MP4 file. */
final class Mp4Reader {
    private Mp4Reader() {}

    static List<BufferedImage> frames(Path file) throws IOException, JCodecException {
        List<BufferedImage> frames = new ArrayList<>();
        try (SeekableByteChannel channel = NIOUtils.readableChannel(file.toFile())) {
            FrameGrab grab = FrameGrab.createFrameGrab(channel);
            for (Picture next = grab.getNativeFrame(); next != null; next = grab.getNativeFrame()) {
                frames.add(picture(next.cloneCropped()));
            }
        }
        return frames;
    }

    static MovieBox movie(Path file) throws IOException {
        return MP4Util.parseMovie(file.toFile());
    }

    /** The types of the outermost boxes, in order. */
    static List<String> boxes(Path file) throws IOException {
        try (SeekableByteChannel channel = NIOUtils.readableChannel(file.toFile())) {
            return MP4Util.getRootAtoms(channel).stream()
                    .map(atom -> atom.getHeader().getFourcc())
                    .toList();
        }
    }

    static Map<String, String> text(Path file) throws IOException {
        MetaBox box = NodeBox.findFirst(movie(file), MetaBox.class, MetaBox.fourcc());
        Map<String, String> text = new TreeMap<>();
        box.getKeyedMeta().forEach((keyword, value) -> text.put(keyword, value.getString()));
        return text;
    }

    /** ITU-R BT.709, limited range; chroma is repeated for 2x2 pixels. */
    private static BufferedImage picture(Picture yuv) {
        BufferedImage picture =
                new BufferedImage(yuv.getWidth(), yuv.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int at = y / 2 * (picture.getWidth() / 2) + x / 2;
                double light = (yuv.getPlaneData(0)[y * picture.getWidth() + x] + 128 - 16) / 219.0;
                double blueness = yuv.getPlaneData(1)[at] / 224.0;
                double redness = yuv.getPlaneData(2)[at] / 224.0;
                double red = light + 1.5748 * redness;
                double blue = light + 1.8556 * blueness;
                double green = (light - 0.2126 * red - 0.0722 * blue) / 0.7152;
                picture.setRGB(x, y, level(red) << 16 | level(green) << 8 | level(blue));
            }
        }
        return picture;
    }

    private static int level(double value) {
        return (int) Math.round(255 * Math.min(1, Math.max(0, value)));
    }
}
