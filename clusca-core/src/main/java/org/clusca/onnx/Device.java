package org.clusca.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
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
