package org.clusca.onnx;

import ai.onnxruntime.OnnxTensor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Memory that a session reads or writes in place; closed by whoever made it. Shows nothing of what
 * it holds: it may not lie in the host's memory.
 */
public final class DeviceTensor implements AutoCloseable {
    private final OnnxTensor tensor;
    private final Runnable closed;
    private final AtomicBoolean open = new AtomicBoolean(true);

    DeviceTensor(OnnxTensor tensor) {
        this(tensor, () -> {});
    }

    /**
     * @param closed is told when it was
     */
    DeviceTensor(OnnxTensor tensor, Runnable closed) {
        this.tensor = tensor;
        this.closed = closed;
        OnnxEnvironment.countTensor(1);
    }

    OnnxTensor ort() {
        return tensor;
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            tensor.close();
            OnnxEnvironment.countTensor(-1);
            closed.run();
        }
    }
}
