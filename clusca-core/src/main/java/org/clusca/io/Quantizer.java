package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.api.model.QuantizedWeight.Format;
import org.clusca.api.model.Weight;

/** Rounds the matrix of a linear layer, a row at a time, into one of the formats. */
abstract class Quantizer {
    private static final int BLOCK = QuantizedWeight.BLOCK;

    /** Of 8 bits, the most on either side of 0. */
    private static final float LARGEST = 127;

    static Quantizer of(Format format) {
        return switch (format) {
            case INT8_BLOCKS -> new Int8Blocks();
            case INT4_BLOCKS -> new Int4Blocks();
            case INT8_ROWS -> new Int8Rows();
        };
    }

    /** Rounded numbers, then their scales. */
    final void write(Weight weight, WritableByteChannel out) throws IOException {
        int rows = Math.toIntExact(weight.shape()[0]);
        int columns = Math.toIntExact(weight.shape()[1]);
        ByteBuffer source =
                ByteBuffer.allocate(columns * weight.dtype().bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        float[] row = new float[columns];
        begin(rows, columns);
        try (FileChannel in = FileChannel.open(weight.file())) {
            for (int r = 0; r < rows; r++) {
                read(in, weight.offset() + (long) r * source.capacity(), source);
                for (int i = 0; i < columns; i++) {
                    row[i] = HalfPrecision.next(weight.dtype(), source) * weight.scale();
                }
                add(r, row, out);
            }
        }
        end(out);
    }

    private static void read(FileChannel in, long position, ByteBuffer target) throws IOException {
        target.clear();
        while (target.hasRemaining()) {
            if (in.read(target, position + target.position()) < 0) {
                throw new IOException("the file ends within a tensor");
            }
        }
        target.flip();
    }

    abstract void begin(int rows, int columns);

    abstract void add(int number, float[] row, WritableByteChannel out) throws IOException;

    abstract void end(WritableByteChannel out) throws IOException;

    private static float largest(float[] row, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(row[i]));
        }
        return largest;
    }

    private static byte rounded(float value, float scale) {
        return (byte) (scale == 0 ? 0 : Math.round(value / scale));
    }

    /** A scale for every block: rows go out as they come, scales at the end. */
    private abstract static class Blocks extends Quantizer {
        private ByteBuffer numbers = ByteBuffer.allocate(0);
        private ByteBuffer scales = ByteBuffer.allocate(0);

        @Override
        final void begin(int rows, int columns) {
            numbers = ByteBuffer.allocate(columns);
            long count = (long) rows * (columns / BLOCK);
            scales =
                    ByteBuffer.allocate(Math.toIntExact(Float.BYTES * count))
                            .order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        final void add(int number, float[] row, WritableByteChannel out) throws IOException {
            numbers.clear();
            for (int from = 0; from < row.length; from += BLOCK) {
                scales.putFloat(block(row, from, numbers));
            }
            OutputFile.writeFully(out, numbers.flip());
        }

        @Override
        final void end(WritableByteChannel out) throws IOException {
            OutputFile.writeFully(out, scales.flip());
        }

        /** Gives the scale. */
        abstract float block(float[] row, int from, ByteBuffer target);
    }

    private static final class Int8Blocks extends Blocks {
        private static final int ZERO = 128;

        @Override
        float block(float[] row, int from, ByteBuffer target) {
            float scale = largest(row, from, from + BLOCK) / LARGEST;
            for (int i = from; i < from + BLOCK; i++) {
                target.put((byte) (ZERO + rounded(row[i], scale)));
            }
            return scale;
        }
    }

    /**
     * Of the 16 numbers one more is below 0 than above: the largest of a block, whatever its sign,
     * becomes that one, as in llama.cpp's Q4_0.
     */
    private static final class Int4Blocks extends Blocks {
        private static final int MIDDLE = 8;
        private static final int MOST = 15;

        @Override
        float block(float[] row, int from, ByteBuffer target) {
            float extreme = 0;
            for (int i = from; i < from + BLOCK; i++) {
                if (Math.abs(row[i]) > Math.abs(extreme)) {
                    extreme = row[i];
                }
            }
            float scale = extreme / -MIDDLE;
            for (int i = from; i < from + BLOCK; i += 2) {
                target.put((byte) (nibble(row[i], scale) | nibble(row[i + 1], scale) << 4));
            }
            return scale;
        }

        private static int nibble(float value, float scale) {
            return scale == 0 ? MIDDLE : Math.min(MOST, MIDDLE + Math.round(value / scale));
        }
    }

    /** A scale for every row, the numbers turned: they go out when all rows have come. */
    private static final class Int8Rows extends Quantizer {
        private byte[] turned = {};
        private ByteBuffer scales = ByteBuffer.allocate(0);
        private int rows;

        @Override
        void begin(int rows, int columns) {
            this.rows = rows;
            turned = new byte[Math.multiplyExact(rows, columns)];
            scales = ByteBuffer.allocate(Float.BYTES * rows).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        void add(int number, float[] row, WritableByteChannel out) {
            float scale = largest(row, 0, row.length) / LARGEST;
            scales.putFloat(scale);
            for (int i = 0; i < row.length; i++) {
                turned[i * rows + number] = rounded(row[i], scale);
            }
        }

        @Override
        void end(WritableByteChannel out) throws IOException {
            OutputFile.writeFully(out, ByteBuffer.wrap(turned));
            OutputFile.writeFully(out, scales.flip());
        }
    }
}
