package org.clusca.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/** The processor, with all sessions on the environment's threads. */
public final class CpuDevice implements Device {
    private final OnnxEnvironment environment;
    private final ElementType compute;
    private @Nullable Boolean exactProducts;

    /**
     * @param threads as {@link OnnxEnvironment#get}
     */
    public CpuDevice(int threads) {
        this(threads, ElementType.FLOAT32);
    }

    /**
     * @param compute FLOAT32, or FLOAT16 for what other devices compute: the CPU's own kernels are
     *     float32, so it takes longer. Of BFLOAT16 ONNX Runtime has none for the CPU, no matrix
     *     product among them
     * @throws CluscaException INVALID_PARAMETER for other types
     */
    public CpuDevice(int threads, ElementType compute) {
        if (compute != ElementType.FLOAT32 && compute != ElementType.FLOAT16) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The CPU computes in FLOAT32 or FLOAT16, not in "
                            + compute
                            + ", for which ONNX Runtime has no kernels there; features can be kept"
                            + " in BFLOAT16 whatever is computed in.");
        }
        environment = OnnxEnvironment.get(threads);
        this.compute = compute;
    }

    @Override
    public OnnxEnvironment environment() {
        return environment;
    }

    @Override
    public DeviceTensor allocate(ElementType type, int... shape) {
        try {
            return environment.graphMemory().zeros(type, shape);
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.OUT_OF_MEMORY,
                    "ONNX Runtime could not allocate "
                            + type.bytes() * Tensor.count(shape)
                            + " bytes for a feature of shape "
                            + Arrays.toString(shape)
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public DeviceTensor constant(Tensor host) {
        return view(host);
    }

    @Override
    public DeviceTensor view(Tensor host) {
        return made(
                () -> OnnxTensor.createTensor(environment.ort(), host.data(), longs(host.shape())));
    }

    @Override
    public DeviceTensor longs(LongBuffer host, long... shape) {
        return made(() -> OnnxTensor.createTensor(environment.ort(), host, shape));
    }

    @Override
    public DeviceTensor booleans(ByteBuffer host, long... shape) {
        return made(
                () ->
                        OnnxTensor.createTensor(
                                environment.ort(), host, shape, ElementType.BOOL.java()));
    }

    @Override
    public ElementType computeType() {
        return compute;
    }

    @Override
    public boolean separateFlags() {
        return false;
    }

    @Override
    public String arena() {
        return "cpu:0";
    }

    @Override
    public Optional<String> integersRefused() {
        if (compute != ElementType.FLOAT32) {
            return Optional.of("its networks compute in " + compute + ".");
        }
        return exactProducts()
                ? Optional.empty()
                : Optional.of(
                        "this processor has no VNNI, and its 8-bit products overflow;"
                                + " weights can be held in 8 bits all the same.");
    }

    private synchronized boolean exactProducts() {
        if (exactProducts == null) {
            exactProducts = ExactProducts.on(this);
        }
        return exactProducts;
    }

    @Override
    public Layers layers(OnnxGraph graph) {
        return new CpuLayers(graph);
    }

    @Override
    public MemoryLedger memory() {
        return environment.ledger();
    }

    /** On the caller's thread, which is one of those that compute. */
    @Override
    public <T> T run(Call<T> run) throws OrtException {
        return run.call();
    }

    @Override
    public void configure(OrtSession.SessionOptions options) throws OrtException {
        environment.configureThreads(options);
    }

    private interface Maker {
        OnnxTensor make() throws OrtException;
    }

    private static DeviceTensor made(Maker maker) {
        try {
            return new DeviceTensor(maker.make());
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.RUNTIME, "ONNX Runtime refused a tensor: " + e.getMessage(), e);
        }
    }

    private static long[] longs(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
