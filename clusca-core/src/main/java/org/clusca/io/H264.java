package org.clusca.io;

import org.jcodec.codecs.h264.H264Encoder;
import org.jcodec.codecs.h264.encode.DumbRateControl;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.jcodec.codecs.h264.io.model.SliceType;
import org.jcodec.codecs.h264.io.model.VUIParameters;
import org.jcodec.common.model.Size;

/** JCodec's encoder as {@link Mp4Writer} uses it. */
final class H264 {
    /**
     * What the sides of planes are to be multiples of. Macroblocks of 16 would do, but the encoder
     * allots a byte for each pixel of a plane and writes a macroblock before it looks at its size.
     */
    static final int MULTIPLE = 64;

    /** Pictures of more macroblocks than this are beyond level 4.0 (ITU-T H.264, table A-1). */
    private static final int MACROBLOCKS_OF_LEVEL_4 = 8192;

    private static final int LEVEL_5_2 = 52;
    private static final int BT_709 = 1;
    private static final int UNSPECIFIED_FORMAT = 5;
    private static final int CENTRED = 1;

    private H264() {}

    /** A whole picture every 25 frames, the rest predicted from the frame before. */
    static H264Encoder encoder() {
        return new H264Encoder(new NearlyConstantQuality()) {
            @Override
            public SeqParameterSet initSPS(Size size) {
                SeqParameterSet sps = super.initSPS(size);
                sps.constraintSet1Flag = true;
                int macroblocks =
                        (sps.picWidthInMbsMinus1 + 1) * (sps.picHeightInMapUnitsMinus1 + 1);
                if (macroblocks > MACROBLOCKS_OF_LEVEL_4) {
                    sps.levelIdc = LEVEL_5_2;
                }
                sps.vuiParams = colours();
                return sps;
            }
        };
    }

    /** Says what {@link Yuv420} does; players guess otherwise. */
    private static VUIParameters colours() {
        VUIParameters vui = new VUIParameters();
        vui.videoSignalTypePresentFlag = true;
        vui.videoFormat = UNSPECIFIED_FORMAT;
        vui.colourDescriptionPresentFlag = true;
        vui.colourPrimaries = BT_709;
        vui.transferCharacteristics = BT_709;
        vui.matrixCoefficients = BT_709;
        vui.chromaLocInfoPresentFlag = true;
        vui.chromaSampleLocTypeTopField = CENTRED;
        vui.chromaSampleLocTypeBottomField = CENTRED;
        return vui;
    }

    /**
     * One quantisation for all macroblocks, but coarser where one would outgrow its share of the
     * buffer, as noise does.
     */
    private static final class NearlyConstantQuality extends DumbRateControl {
        private static final int WHOLE = 14;
        private static final int PREDICTED = 16;

        @Override
        public int startPicture(Size size, int bytes, SliceType type) {
            // an eighth is left for headers and for a macroblock's first try
            super.startPicture(size, bytes - bytes / 8, type);
            return type == SliceType.I ? WHOLE : PREDICTED;
        }
    }
}
