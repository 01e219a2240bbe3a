package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A finished graph, which is not written any further.
 *
 * @param name for errors
 * @param weights the folder below which its weights lie; null without any
 */
record OnnxModel(String name, OnnxMl.GraphProto graph, @Nullable Path weights) {
    private static final int OPSET = 20;
    private static final int IR_VERSION = 10;

    byte[] toBytes() {
        OnnxMl.ModelProto.Builder model =
                OnnxMl.ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("clusca");
        model.addOpsetImportBuilder().setDomain("").setVersion(OPSET);
        model.addOpsetImportBuilder().setDomain("com.microsoft").setVersion(1);
        return model.setGraph(graph).build().toByteArray();
    }
}
