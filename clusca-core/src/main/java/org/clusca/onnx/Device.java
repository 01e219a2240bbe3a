package org.clusca.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.Tensor;

/**
 * Where networks run: whose memory holds what they remember, and how sessions are set up for it.
 *
 * <p>Host values ({@link Tensor}) cross the boundary at the ends of a run only; what a generation
 * remembers between steps is {@link #allocate allocated} here and never looked at from Java.
 */
public interface Device {
    /** The process's ONNX Runtime. */
    OnnxEnvironment environment();

    /**
     * Zeros in the device's own memory, for what graphs write and read again: features, contexts.
     * Closing the tensor gives the memory back.
     *
     * @throws CluscaException OUT_OF_MEMORY when there is none left
     */
    DeviceTensor allocate(ElementType type, int... shape);

    /**
     * Values that many runs read, in the device's memory where it has its own; the host's must stay
     * as they are.
     */
    DeviceTensor constant(Tensor host);

    /** Host memory that a run reads or writes in place; stays the caller's. */
    DeviceTensor view(Tensor host);

    /** As {@link #view} of whole numbers, {@link ElementType#INT64}. */
    DeviceTensor longs(LongBuffer host, long... shape);

    /** As {@link #view} of {@link ElementType#BOOL}. */
    DeviceTensor booleans(ByteBuffer host, long... shape);

    /** In which type the denoising network computes. */
    ElementType computeType();

    /**
     * In which type text encoders compute. Their activations are too large for float16, in which
     * T5's are known to overflow.
     */
    default ElementType encoderType() {
        return computeType() == ElementType.BFLOAT16 ? ElementType.BFLOAT16 : ElementType.FLOAT32;
    }

    /**
     * Whether each flag of a step is an input of its own. The host reads it to choose between two
     * parts of a graph, and what the device had split off it would have to bring back, one by one.
     */
    boolean separateFlags();

    /** ONNX Runtime's name of the arena that a session's runs take memory from. */
    String arena();

    /**
     * Why matrices of 8-bit whole numbers ({@link
     * org.clusca.api.model.QuantizedWeight.Format#INT8_ROWS}) cannot be multiplied here; empty
     * where they can.
     */
    default Optional<String> integersRefused() {
        return Optional.of("there are no kernels for it there.");
    }

    /** The forms of layers that run fastest here, written into a graph. */
    Layers layers(OnnxGraph graph);

    /** What of the device's memory is free, and promised to whom. */
    MemoryLedger memory();

    /** A call of ONNX Runtime. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws OrtException;
    }

    /** Runs a session, on the thread that sessions of this device run on; returns when it ended. */
    <T> T run(Call<T> run) throws OrtException;

    /** Adds to the options of a session what running on this device takes. */
    void configure(OrtSession.SessionOptions options) throws OrtException;
}
