package org.clusca.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;

/**
 * An NVIDIA GPU, through ONNX Runtime's CUDA provider. Weights, features, contexts and whatever
 * else is kept between steps lie in its memory; latents, flags, chosen tokens and the states that
 * are clustered cross over at the ends of a run. All sessions run on one thread.
 *
 * <p>Needs ONNX Runtime's library for GPUs in place of the one for processors, JNA (the Maven
 * profile {@code cuda} brings both), the driver, and the version of CUDA and cuDNN that the
 * provider was built for. What is missing is said by {@link #open}, before anything is loaded.
 */
public final class CudaDevice implements Device {
    private static final String SHAPE = "shape";
    private static final String GIVEN = "given";
    private static final String MADE = "made";

    private final CpuDevice host;
    private final int index;
    private final ElementType compute;
    private final SessionThread thread;
    private final MemoryLedger ledger;
    private final NativeValues values;
    private final OrtSession copies;
    private final Pointer allocator;
    private final Map<ElementType, OrtSession> zeros = new EnumMap<>(ElementType.class);

    private CudaDevice(CpuDevice host, int index, ElementType compute, NvidiaDriver driver)
            throws OrtException {
        this.host = host;
        this.index = index;
        this.compute = compute;
        thread = new SessionThread("cuda-" + index);
        ledger = new MemoryLedger(Long.MAX_VALUE, () -> driver.free(index));
        values = new NativeValues(environment().ort());
        OnnxGraph copy = new OnnxGraph("copy", Weights.none("copy"));
        copy.output(MADE, copy.input(GIVEN, "", new int[0]));
        copies = session(copy);
        allocator = values.allocator(copies, "Cuda", index);
    }

    /**
     * @param threads as {@link OnnxEnvironment#get}, for what stays on the processor
     * @param index of the GPU, from 0
     * @param compute FLOAT32, FLOAT16 or BFLOAT16
     * @throws CluscaException INCOMPATIBLE saying what the machine or the build lacks
     */
    public static CudaDevice open(int threads, int index, ElementType compute) {
        if (!compute.isFloating()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A GPU computes in FLOAT32, FLOAT16 or BFLOAT16, not in " + compute + ".");
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "This build's ONNX Runtime is the one for processors. Build with the Maven"
                            + " profile cuda, or put com.microsoft.onnxruntime:onnxruntime_gpu in"
                            + " place of com.microsoft.onnxruntime:onnxruntime.");
        }
        NvidiaDriver driver = driver();
        if (index < 0 || index >= driver.count()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "There is no GPU "
                            + index
                            + "; this machine has "
                            + driver.count()
                            + ", counted from 0.");
        }
        CpuDevice host = new CpuDevice(threads);
        try {
            return new CudaDevice(host, index, compute, driver);
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    CudaLibraries.explain(String.valueOf(e.getMessage()), driver.cuda()),
                    e);
        }
    }

    private static NvidiaDriver driver() {
        try {
            return NvidiaDriver.load();
        } catch (NoClassDefFoundError e) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A GPU needs net.java.dev.jna:jna on the class path; the Maven profile cuda"
                            + " brings it.",
                    e);
        }
    }

    private OrtSession session(OnnxGraph graph) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            configure(options);
            return environment().ort().createSession(graph.finish().toBytes(), options);
        }
    }

    @Override
    public void configure(OrtSession.SessionOptions options) throws OrtException {
        host.configure(options);
        // patterns of memory grow with every shape that a session has seen
        options.setMemoryPatternOptimization(false);
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            // rounds float32 to 10 bits of fraction, which is not what was asked for
            cuda.add("use_tf32", "0");
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            options.addCUDA(cuda);
        }
    }

    @Override
    public OnnxEnvironment environment() {
        return host.environment();
    }

    @Override
    public DeviceTensor allocate(ElementType type, int... shape) {
        DeviceTensor made = tensor(type, shape);
        long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
        try (OnnxTensor wanted = OnnxTensor.createTensor(environment().ort(), dimensions)) {
            write(zeros(type), Map.of(SHAPE, wanted), made);
            return made;
        } catch (OrtException e) {
            made.close();
            throw failed(e);
        }
    }

    @Override
    public DeviceTensor constant(Tensor given) {
        DeviceTensor made = tensor(ElementType.FLOAT32, given.shape());
        try (DeviceTensor source = host.view(given)) {
            write(copies, Map.of(GIVEN, source.ort()), made);
            return made;
        } catch (OrtException e) {
            made.close();
            throw failed(e);
        }
    }

    private DeviceTensor tensor(ElementType type, int... shape) {
        try {
            Pointer value = values.value(allocator, type, shape);
            return new DeviceTensor(values.tensor(value, type, shape));
        } catch (CluscaException e) {
            throw new CluscaException(
                    ErrorCode.OUT_OF_MEMORY,
                    "GPU "
                            + index
                            + " has no room for "
                            + type.bytes() * Tensor.count(shape)
                            + " bytes, a feature of shape "
                            + Arrays.toString(shape)
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private void write(OrtSession session, Map<String, OnnxTensor> given, DeviceTensor target)
            throws OrtException {
        run(() -> session.run(given, Set.of(), Map.of(MADE, target.ort())));
    }

    private synchronized OrtSession zeros(ElementType type) throws OrtException {
        OrtSession known = zeros.get(type);
        if (known == null) {
            OnnxGraph graph = new OnnxGraph("zeros", Weights.none("zeros"));
            Value shape = graph.input(SHAPE, ElementType.INT64, "rank");
            Value zero = graph.op("ConstantOfShape", shape);
            graph.output(MADE, graph.cast(zero, type));
            zeros.put(type, session(graph));
            known = requireNonNull(zeros.get(type));
        }
        return known;
    }

    private static CluscaException failed(OrtException e) {
        return new CluscaException(ErrorCode.RUNTIME, "ONNX Runtime failed: " + e.getMessage(), e);
    }

    @Override
    public DeviceTensor view(Tensor given) {
        return host.view(given);
    }

    @Override
    public DeviceTensor longs(LongBuffer given, long... shape) {
        return host.longs(given, shape);
    }

    @Override
    public DeviceTensor booleans(ByteBuffer given, long... shape) {
        return host.booleans(given, shape);
    }

    @Override
    public ElementType computeType() {
        return compute;
    }

    @Override
    public boolean separateFlags() {
        return true;
    }

    @Override
    public String arena() {
        return "gpu:" + index;
    }

    @Override
    public Layers layers(OnnxGraph graph) {
        return new CudaLayers(graph);
    }

    @Override
    public MemoryLedger memory() {
        return ledger;
    }

    @Override
    public <T> T run(Call<T> call) throws OrtException {
        return thread.run(call);
    }
}
