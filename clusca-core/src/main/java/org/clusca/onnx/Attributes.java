package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.protobuf.ByteString;

/** ONNX attributes from Java values. */
final class Attributes {
    private Attributes() {}

    static OnnxMl.AttributeProto of(String name, Object value) {
        OnnxMl.AttributeProto.Builder attribute = OnnxMl.AttributeProto.newBuilder().setName(name);
        if (value instanceof String text) {
            attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
        } else if (value instanceof Float || value instanceof Double) {
            attribute.setType(AttributeType.FLOAT).setF(((Number) value).floatValue());
        } else if (value instanceof Number number) {
            attribute.setType(AttributeType.INT).setI(number.longValue());
        } else if (value instanceof int[] numbers) {
            attribute.setType(AttributeType.INTS);
            for (int number : numbers) {
                attribute.addInts(number);
            }
        } else if (value instanceof long[] numbers) {
            attribute.setType(AttributeType.INTS);
            for (long number : numbers) {
                attribute.addInts(number);
            }
        } else {
            throw new IllegalArgumentException(
                    "Attribute " + name + " cannot be a " + value.getClass());
        }
        return attribute.build();
    }
}
