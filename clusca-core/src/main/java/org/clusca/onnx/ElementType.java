package org.clusca.onnx;

import ai.onnxruntime.OnnxJavaType;
import java.util.Arrays;

/** What the numbers of a tensor are. */
public enum ElementType {
    FLOAT32(1, Float.BYTES, OnnxJavaType.FLOAT),
    FLOAT16(10, Short.BYTES, OnnxJavaType.FLOAT16),
    BFLOAT16(16, Short.BYTES, OnnxJavaType.BFLOAT16),
    /** Of weights alone, which are widened before anything is computed with them. */
    FLOAT8(17, 1, OnnxJavaType.UNKNOWN),
    UINT8(2, 1, OnnxJavaType.UINT8),
    INT8(3, 1, OnnxJavaType.INT8),
    INT32(6, Integer.BYTES, OnnxJavaType.INT32),
    INT64(7, Long.BYTES, OnnxJavaType.INT64),
    /** A byte each, 0 or 1. */
    BOOL(9, 1, OnnxJavaType.BOOL);

    private final int code;
    private final int bytes;
    private final OnnxJavaType java;

    ElementType(int code, int bytes, OnnxJavaType java) {
        this.code = code;
        this.bytes = bytes;
        this.java = java;
    }

    /** As ONNX files say it. */
    int code() {
        return code;
    }

    static ElementType of(int code) {
        return Arrays.stream(values())
                .filter(type -> type.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No element type " + code));
    }

    boolean isFloating() {
        return this == FLOAT32 || this == FLOAT16 || this == BFLOAT16;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    OnnxJavaType java() {
        return java;
    }
}
