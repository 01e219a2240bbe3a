package org.clusca.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.jspecify.annotations.Nullable;

/** A loaded graph. Safe to run from several threads; closing waits for running calls. */
public final class OnnxSession implements AutoCloseable {
    private final Device device;
    private final Loaded loaded;
    private final @Nullable StopSignal stop;

    /** What sessions that differ in who stops them share. */
    private static final class Loaded {
        private final String name;
        private final OrtSession session;
        // Closing a session during a run crashes the process (onnxruntime #21812): runs hold the
        // read lock.
        private final ReadWriteLock lock = new ReentrantReadWriteLock();
        private boolean closed;

        Loaded(String name, OrtSession session) {
            this.name = name;
            this.session = session;
        }
    }

    private OnnxSession(Device device, Loaded loaded, @Nullable StopSignal stop) {
        this.device = device;
        this.loaded = loaded;
        this.stop = stop;
    }

    /**
     * Loads a finished graph; its weights are read from where they lie and packed for the fastest
     * runs.
     */
    public static OnnxSession load(Device device, OnnxGraph graph) {
        return load(device, graph, true);
    }

    /**
     * @param pack false leaves the weights mapped where they lie: loaded at once, without a copy,
     *     and slower to run; for graphs that run seldom
     */
    public static OnnxSession load(Device device, OnnxGraph graph, boolean pack) {
        return load(device, graph.finish(), pack);
    }

    private static OnnxSession load(Device device, OnnxModel model, boolean pack) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            device.configure(options);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            if (!pack) {
                options.addConfigEntry("session.disable_prepacking", "1");
            }
            Path folder = model.weights();
            if (folder != null) {
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path", folder.toString());
            }
            OrtSession session = device.environment().ort().createSession(model.toBytes(), options);
            OnnxEnvironment.countSession(1);
            return new OnnxSession(device, new Loaded(model.name(), session), null);
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.RUNTIME,
                    "ONNX Runtime could not load " + model.name() + ": " + e.getMessage(),
                    e);
        }
    }

    /**
     * Loads a finished graph in two parts that are run one after the other.
     *
     * @param ahead outputs that the first part is to give
     */
    public static Cut cut(Device device, OnnxGraph graph, Set<String> ahead) {
        GraphCut cut = new GraphCut(graph.finish(), ahead);
        OnnxSession head = load(device, cut.head(), true);
        try {
            return new Cut(head, load(device, cut.rest(), true), cut.passed());
        } catch (RuntimeException e) {
            head.close();
            throw e;
        }
    }

    /**
     * A graph in two parts, both closed by whoever asked for them.
     *
     * @param passed outputs of the head that the rest takes, each with the name of its input
     */
    public record Cut(OnnxSession head, OnnxSession rest, Map<String, String> passed) {}

    /** Names of the inputs that a run must be given. */
    public Set<String> inputs() {
        return loaded.session.getInputNames();
    }

    /** This session; its runs end with the signal. */
    public OnnxSession stoppedBy(StopSignal signal) {
        return new OnnxSession(device, loaded, signal);
    }

    /**
     * Runs into memory of the caller's; what the run took for itself is kept for the next one.
     *
     * @param outputs where each requested output is written; its shape must be the shape the graph
     *     produces
     */
    public void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        run(inputs, outputs, false);
    }

    /**
     * As {@link #run}.
     *
     * @param last gives back to the system what runs of this session have taken for themselves:
     *     where no other follows soon
     */
    public void run(
            Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, boolean last) {
        run(inputs, outputs, Set.of(), last);
    }

    /**
     * As {@link #run}, and further outputs in memory of their own, of which the graph decides type
     * and shape.
     *
     * @return by name; closed by the caller
     */
    public Map<String, DeviceTensor> run(
            Map<String, DeviceTensor> inputs,
            Map<String, DeviceTensor> outputs,
            Set<String> further,
            boolean last) {
        Map<String, OnnxTensor> in = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> in.put(name, tensor.ort()));
        Map<String, OnnxTensor> out = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> out.put(name, tensor.ort()));
        loaded.lock.readLock().lock();
        try (OrtSession.RunOptions options = options(last)) {
            requireOpen();
            // what was given to write to is not of the result, which holds nothing else that is
            // native: not closing it leaves the further outputs to the caller
            OrtSession.Result result =
                    stop().run(
                                    loaded.name,
                                    options,
                                    () ->
                                            device.run(
                                                    () ->
                                                            loaded.session.run(
                                                                    in, further, out, options)));
            Map<String, DeviceTensor> made = new LinkedHashMap<>();
            for (String name : further) {
                made.put(name, new DeviceTensor((OnnxTensor) result.get(name).orElseThrow()));
            }
            return made;
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.RUNTIME, "ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            loaded.lock.readLock().unlock();
        }
    }

    /** Runs a graph with float inputs and one float output {@code output} of a known shape. */
    public Tensor run(Map<String, Tensor> inputs, String output, int... shape) {
        Tensor result = Tensor.zeros(shape);
        runInto(inputs, output, result);
        return result;
    }

    /** As {@link #run}, into a tensor that has the output's shape. */
    public void runInto(Map<String, Tensor> inputs, String output, Tensor target) {
        Map<String, DeviceTensor> in = new LinkedHashMap<>();
        try (DeviceTensor out = device.view(target)) {
            inputs.forEach((name, tensor) -> in.put(name, device.view(tensor)));
            run(in, Map.of(output, out), true);
        } finally {
            in.values().forEach(DeviceTensor::close);
        }
    }

    /** Runs a graph with float inputs; gives all its outputs, which must be floats. */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        Map<String, DeviceTensor> in = new LinkedHashMap<>();
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        loaded.lock.readLock().lock();
        try {
            requireOpen();
            inputs.forEach((name, tensor) -> in.put(name, device.view(tensor)));
            in.forEach((name, tensor) -> given.put(name, tensor.ort()));
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            try (OrtSession.RunOptions options = options(true);
                    OrtSession.Result result =
                            stop().run(
                                            loaded.name,
                                            options,
                                            () ->
                                                    device.run(
                                                            () ->
                                                                    loaded.session.run(
                                                                            given, options)))) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.put(output.getKey(), copy((OnnxTensor) output.getValue()));
                }
            }
            return outputs;
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.RUNTIME, "ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            loaded.lock.readLock().unlock();
            in.values().forEach(DeviceTensor::close);
        }
    }

    private OrtSession.RunOptions options(boolean last) throws OrtException {
        OrtSession.RunOptions options = new OrtSession.RunOptions();
        if (last) {
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", device.arena());
        }
        return options;
    }

    /** Without one, nothing but an interrupt ends a run. */
    private StopSignal stop() {
        return stop == null ? new StopSignal() : stop;
    }

    private void requireOpen() {
        if (loaded.closed) {
            throw new CluscaException(
                    ErrorCode.CLOSED, "The pipeline was closed; open it again to generate.");
        }
    }

    private static Tensor copy(OnnxTensor output) {
        int[] shape =
                Arrays.stream(output.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
        Tensor tensor = Tensor.zeros(shape);
        tensor.data().put(output.getFloatBuffer());
        return tensor;
    }

    @Override
    public void close() {
        loaded.lock.writeLock().lock();
        try {
            if (!loaded.closed) {
                loaded.closed = true;
                loaded.session.close();
                OnnxEnvironment.countSession(-1);
            }
        } catch (OrtException e) {
            throw new CluscaException(
                    ErrorCode.RUNTIME,
                    "ONNX Runtime could not close a session: " + e.getMessage(),
                    e);
        } finally {
            loaded.lock.writeLock().unlock();
        }
    }
}
