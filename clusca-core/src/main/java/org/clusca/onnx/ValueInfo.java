package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;

/** Descriptions of a graph's inputs and outputs. */
final class ValueInfo {
    private ValueInfo() {}

    /**
     * @param type code of the element type
     * @param dimensions numbers for fixed sizes, text for those known at run time; none leaves the
     *     shape open
     */
    static OnnxMl.ValueInfoProto of(String name, int type, Object... dimensions) {
        OnnxMl.TypeProto.Tensor.Builder tensor =
                OnnxMl.TypeProto.Tensor.newBuilder().setElemType(type);
        if (dimensions.length > 0) {
            OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
            for (Object dimension : dimensions) {
                if (dimension instanceof Number number) {
                    shape.addDimBuilder().setDimValue(number.longValue());
                } else {
                    shape.addDimBuilder().setDimParam(dimension.toString());
                }
            }
            tensor.setShape(shape);
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
