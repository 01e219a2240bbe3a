package org.clusca.api.model;

import java.nio.file.Path;

/**
 * A matrix {@code [rows, columns]} of a linear layer, rounded to few bits.
 *
 * @param file holds the rounded numbers from its start on, and behind them the scales, float32
 */
public record QuantizedWeight(Format format, Path file, long rows, long columns) {
    /** Neighbouring columns of a row that share a scale, where not all do. */
    public static final int BLOCK = 32;

    /** How numbers are rounded, and what is computed with them. */
    public enum Format {
        /**
         * {@code (byte - 128) * scale}, laid out {@code [rows, columns / 32, 32]}, scales {@code
         * [rows, columns / 32]}. What they are multiplied with is rounded to 8 bits by blocks too.
         */
        INT8_BLOCKS(8),
        /**
         * {@code (nibble - 8) * scale}, two to a byte, the lower half first: {@code [rows, columns
         * / 32, 16]}; the rest as {@link #INT8_BLOCKS}.
         */
        INT4_BLOCKS(4),
        /**
         * {@code byte * scale}, signed, laid out {@code [columns, rows]}, one scale for each row.
         * What they are multiplied with is rounded to 8 bits with one scale for all of it, and the
         * product is one of whole numbers.
         */
        INT8_ROWS(8);

        private final int bits;

        Format(int bits) {
            this.bits = bits;
        }

        public int bits() {
            return bits;
        }

        /** Whether every {@link #BLOCK} columns have a scale, so that a row divides into blocks. */
        public boolean blocks() {
            return this != INT8_ROWS;
        }
    }

    /** Bytes of the rounded numbers, behind which the scales begin. */
    public long bytes() {
        return rows * columns * format.bits() / Byte.SIZE;
    }

    public long scales() {
        return format.blocks() ? rows * (columns / BLOCK) : rows;
    }

    /** Bytes of the file. */
    public long size() {
        return bytes() + Float.BYTES * scales();
    }
}
