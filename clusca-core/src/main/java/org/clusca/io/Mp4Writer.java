package org.clusca.io;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jcodec.codecs.h264.H264Encoder;
import org.jcodec.codecs.h264.H264Utils;
import org.jcodec.common.Codec;
import org.jcodec.common.MuxerTrack;
import org.jcodec.common.VideoCodecMeta;
import org.jcodec.common.VideoEncoder.EncodedFrame;
import org.jcodec.common.io.FileChannelWrapper;
import org.jcodec.common.io.NIOUtils;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Packet;
import org.jcodec.common.model.Packet.FrameType;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Rect;
import org.jcodec.common.model.Size;
import org.jcodec.containers.mp4.Brand;
import org.jcodec.containers.mp4.boxes.HandlerBox;
import org.jcodec.containers.mp4.boxes.MetaBox;
import org.jcodec.containers.mp4.boxes.MetaValue;
import org.jcodec.containers.mp4.boxes.MovieBox;
import org.jcodec.containers.mp4.muxer.MP4Muxer;

/**
 * An MP4 file with H.264 video, coded by JCodec. Its sides are even: where a picture's is odd, the
 * last column or row is repeated. Text becomes metadata of the movie, by keyword.
 */
final class Mp4Writer extends VideoWriter {
    private final PendingFile file;
    private final Map<String, MetaValue> text = new LinkedHashMap<>();
    private final Rect shown;
    private final H264Encoder encoder = H264.encoder();
    private final ByteBuffer buffer;
    private final MP4Muxer muxer;
    private final MuxerTrack track;

    Mp4Writer(Path path, VideoFormat format, Map<String, String> text) {
        super(format);
        text.forEach((keyword, value) -> this.text.put(keyword, MetaValue.createString(value)));
        shown = new Rect(0, 0, even(format.width()), even(format.height()));
        buffer =
                ByteBuffer.allocate(
                        2
                                * (shown.getWidth() + H264.MULTIPLE)
                                * (shown.getHeight() + H264.MULTIPLE));
        file = PendingFile.open(path);
        try {
            muxer = MP4Muxer.createMP4Muxer(new FileChannelWrapper(file.channel()), Brand.MP4);
        } catch (IOException e) {
            file.close();
            throw IoErrors.writing(path, e);
        }
        Size size = new Size(shown.getWidth(), shown.getHeight());
        track =
                muxer.addVideoTrack(
                        Codec.H264,
                        VideoCodecMeta.createSimpleVideoCodecMeta(size, ColorSpace.YUV420));
    }

    private static int even(int side) {
        return side + side % 2;
    }

    @Override
    void write(int index, BufferedImage picture) {
        Yuv420 yuv = Yuv420.of(picture, H264.MULTIPLE);
        // the encoder asks for the name of the full range, but does not look at the values
        Picture planes =
                Picture.createPicture(yuv.width(), yuv.height(), yuv.planes(), ColorSpace.YUV420J);
        planes.setCrop(shown);
        EncodedFrame encoded = encoder.encodeFrame(planes, buffer.clear());
        ByteBuffer data = NIOUtils.clone(encoded.getData());
        if (index > 0) {
            // the track would keep every repetition of the parameters until the end
            H264Utils.wipePSinplace(data, null, null);
        }
        Packet packet =
                Packet.createPacket(
                        data,
                        index,
                        format().framesPerSecond(),
                        1,
                        index,
                        encoded.isKeyFrame() ? FrameType.KEY : FrameType.INTER,
                        null);
        file.write(channel -> track.addFrame(packet));
    }

    @Override
    void complete() {
        file.write(
                channel -> {
                    MovieBox movie = muxer.finalizeHeader();
                    movie.add(metadata());
                    muxer.storeHeader(movie);
                    FastStart.rewrite(channel);
                });
        file.finish();
    }

    private MetaBox metadata() {
        MetaBox box = MetaBox.createMetaBox();
        box.add(HandlerBox.createHandlerBox("mhlr", "mdta", "appl", 0, 0));
        box.setKeyedMeta(text);
        return box;
    }

    @Override
    public void close() {
        file.close();
    }
}
