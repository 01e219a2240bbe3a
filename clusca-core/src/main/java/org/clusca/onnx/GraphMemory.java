package org.clusca.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;

/**
 * Memory that ONNX Runtime owns and gives back when its tensor is closed; what a direct buffer
 * holds goes when the JVM collects, which it seldom does for garbage outside its heap. The Java API
 * cannot ask for such memory, but the output of a graph is such memory, so graphs of one node make
 * it.
 *
 * <p>It comes from an arena, in regions so large that the C library gives them back to the system;
 * tensors of some MiB it would keep for itself. Safe to use from several threads; lives as long as
 * the process, as its environment does.
 */
final class GraphMemory {
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    /** Bytes that may be free and not given back while others are in use. */
    private static final long KEPT = 64L << 20;

    private final OrtEnvironment environment;
    private final Map<ElementType, Zeros> zeros = new EnumMap<>(ElementType.class);

    GraphMemory(OrtEnvironment environment) {
        this.environment = environment;
    }

    DeviceTensor zeros(ElementType type, int... shape) throws OrtException {
        return session(type).make(type.bytes() * Tensor.count(shape), shape);
    }

    private synchronized Zeros session(ElementType type) throws OrtException {
        Zeros known = zeros.get(type);
        if (known == null) {
            known = new Zeros(environment, type);
            zeros.put(type, known);
        }
        return known;
    }

    /** Those of one type. */
    private static final class Zeros {
        private final OrtEnvironment environment;
        private final OrtSession session;
        private long used;
        private long free;

        Zeros(OrtEnvironment environment, ElementType type) throws OrtException {
            this.environment = environment;
            OnnxGraph graph = new OnnxGraph("zeros", Weights.none("zeros"));
            Value shape = graph.input(INPUT, ElementType.INT64, "rank");
            Value zero = graph.op("ConstantOfShape", shape);
            graph.output(OUTPUT, type == ElementType.FLOAT32 ? zero : graph.cast(zero, type));
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                session = environment.createSession(graph.finish().toBytes(), options);
            }
        }

        DeviceTensor make(long bytes, int... shape) throws OrtException {
            DeviceTensor tensor = new DeviceTensor(run(shape, false), () -> closed(bytes));
            synchronized (this) {
                used += bytes;
                free = Math.max(0, free - bytes);
            }
            return tensor;
        }

        private OnnxTensor run(int[] shape, boolean shrink) throws OrtException {
            long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
            try (OnnxTensor wanted = OnnxTensor.createTensor(environment, dimensions);
                    OrtSession.RunOptions options = new OrtSession.RunOptions()) {
                if (shrink) {
                    options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
                }
                // closing the result would close the tensor, and nothing else
                return (OnnxTensor) session.run(Map.of(INPUT, wanted), options).get(0);
            }
        }

        private void closed(long bytes) {
            synchronized (this) {
                used -= bytes;
                free += bytes;
                if (used > 0 && free < KEPT) {
                    return;
                }
                free = 0;
            }
            try {
                run(new int[] {0}, true).close();
            } catch (OrtException e) {
                throw new CluscaException(
                        ErrorCode.RUNTIME, "ONNX Runtime failed: " + e.getMessage(), e);
            }
        }
    }
}
