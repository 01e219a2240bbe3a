package org.clusca.engine.trunk;

/** How the cached features of a generation are held. */
public enum CachePrecision {
    /** As they are computed. */
    FLOAT32(4),
    /** In half the memory, with 8 bits of mantissa: as the published code of FLUX holds them. */
    BFLOAT16(2);

    private final int bytes;

    CachePrecision(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }
}
