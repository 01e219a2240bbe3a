package org.clusca.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.graph.Value;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.api.model.Weight;
import org.jspecify.annotations.Nullable;

/** The constants of a graph: small ones within it, weights where they lie on disk; each once. */
final class Initializers {
    private final OnnxMl.GraphProto.Builder graph;
    private final Map<Object, Value> known = new HashMap<>();
    private final Set<Value> values = new HashSet<>();
    private final WeightFiles files = new WeightFiles();

    Initializers(OnnxMl.GraphProto.Builder graph) {
        this.graph = graph;
    }

    /** In its own type. */
    Value weight(Weight weight) {
        int type =
                switch (weight.dtype()) {
                    case F32 -> OnnxMl.TensorProto.DataType.FLOAT_VALUE;
                    case F16 -> OnnxMl.TensorProto.DataType.FLOAT16_VALUE;
                    case BF16 -> OnnxMl.TensorProto.DataType.BFLOAT16_VALUE;
                    case F8_E4M3 -> OnnxMl.TensorProto.DataType.FLOAT8E4M3FN_VALUE;
                    case F8_E5M2 -> OnnxMl.TensorProto.DataType.FLOAT8E5M2_VALUE;
                };
        return external(
                weight.name(),
                type,
                weight.file(),
                weight.offset(),
                weight.bytes(),
                weight.shape());
    }

    /** The rounded numbers, as the format lays them out. */
    Value numbers(QuantizedWeight weight) {
        long block = QuantizedWeight.BLOCK;
        long[] shape =
                switch (weight.format()) {
                    case INT8_BLOCKS -> new long[] {weight.rows(), weight.columns() / block, block};
                    case INT4_BLOCKS ->
                            new long[] {weight.rows(), weight.columns() / block, block / 2};
                    case INT8_ROWS -> new long[] {weight.columns(), weight.rows()};
                };
        return external(
                "numbers",
                weight.format().blocks()
                        ? OnnxMl.TensorProto.DataType.UINT8_VALUE
                        : OnnxMl.TensorProto.DataType.INT8_VALUE,
                weight.file(),
                0,
                weight.bytes(),
                shape);
    }

    Value scales(QuantizedWeight weight) {
        return external(
                "scales",
                OnnxMl.TensorProto.DataType.FLOAT_VALUE,
                weight.file(),
                weight.bytes(),
                Float.BYTES * weight.scales(),
                weight.scales());
    }

    private Value external(
            String name, int type, Path file, long offset, long bytes, long... shape) {
        // two names for the same bytes are one weight
        Object key = List.of(file, offset, type, Arrays.toString(shape));
        return known.computeIfAbsent(
                key,
                missing -> {
                    OnnxMl.TensorProto.Builder tensor =
                            tensor("weight" + known.size() + "." + name, type, shape)
                                    .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL);
                    files.refer(tensor, file, offset, bytes);
                    return added(tensor);
                });
    }

    Value constant(float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(OnnxMl.TensorProto.DataType.FLOAT_VALUE, bytes, shape);
    }

    Value constant(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(OnnxMl.TensorProto.DataType.INT64_VALUE, bytes, values.length);
    }

    private Value constant(int type, ByteBuffer bytes, long... shape) {
        Object key = List.of(type, Arrays.toString(shape), ByteBuffer.wrap(bytes.array()));
        return known.computeIfAbsent(
                key,
                missing -> {
                    OnnxMl.TensorProto.Builder tensor =
                            tensor("constant" + known.size(), type, shape)
                                    .setRawData(ByteString.copyFrom(bytes.array()));
                    return added(tensor);
                });
    }

    private Value added(OnnxMl.TensorProto.Builder tensor) {
        graph.addInitializer(tensor);
        Value value = new Value(tensor.getName());
        values.add(value);
        return value;
    }

    boolean contains(Value value) {
        return values.contains(value);
    }

    private static OnnxMl.TensorProto.Builder tensor(String name, int type, long... shape) {
        OnnxMl.TensorProto.Builder tensor =
                OnnxMl.TensorProto.newBuilder().setName(name).setDataType(type);
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        return tensor;
    }

    /** The deepest folder that holds every file of weights, or null without weights. */
    @Nullable Path folder() {
        return files.folder();
    }

    /** When the graph is complete. */
    void finish() {
        files.finish(graph);
    }
}
