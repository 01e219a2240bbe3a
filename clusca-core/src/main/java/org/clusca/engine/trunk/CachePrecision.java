package org.clusca.engine.trunk;

import org.clusca.onnx.ElementType;

/** How the cached features of a generation are held. */
public enum CachePrecision {
    /** As they are computed. */
    FLOAT32(ElementType.FLOAT32),
    /** In half the memory, with 8 bits of mantissa: as the published code of FLUX holds them. */
    BFLOAT16(ElementType.BFLOAT16);

    private final ElementType type;

    CachePrecision(ElementType type) {
        this.type = type;
    }

    /** As options and reports have it: {@code fp32} or {@code bf16}. */
    public String word() {
        return this == FLOAT32 ? "fp32" : "bf16";
    }

    ElementType type() {
        return type;
    }

    /** Bytes of one number. */
    public int bytes() {
        return type.bytes();
    }
}
