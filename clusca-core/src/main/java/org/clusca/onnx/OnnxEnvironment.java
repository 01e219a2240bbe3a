package org.clusca.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.io.Folders;
import org.jspecify.annotations.Nullable;

/**
 * The process's ONNX Runtime, with one thread pool for all sessions unless another library has
 * started it before.
 *
 * <p>ONNX Runtime allows one environment in a process, made on first use and never again, so this
 * holder is static: the first caller decides the number of threads. Nothing of a request is kept
 * here, only counts of open natives, for leak tests.
 */
public final class OnnxEnvironment {
    /**
     * ONNX Runtime 1.29 matches the process's command line with a recursive regular expression as
     * it starts, some 260 bytes of stack a character: on an ordinary thread a command line of 4 KB,
     * such as a long class path, ends the JVM without a word. Only what is used of the stack takes
     * memory.
     */
    private static final long STARTING_STACK = 1L << 29;

    private static @Nullable OnnxEnvironment instance;

    private static final AtomicInteger SESSIONS = new AtomicInteger();
    private static final AtomicLong TENSORS = new AtomicLong();

    private final OrtEnvironment environment;
    private final GraphMemory memory;
    private final int threads;
    private final boolean shared;
    private final MemoryLedger ledger = new MemoryLedger(Long.MAX_VALUE, HostMemory::available);

    private OnnxEnvironment(int threads) {
        this.threads = threads;
        FutureTask<Optional<OrtEnvironment>> start = new FutureTask<>(() -> start(threads));
        new Thread(null, start, "onnxruntime-start", STARTING_STACK).start();
        try {
            Optional<OrtEnvironment> own = start.get();
            shared = own.isEmpty();
            environment = own.orElseGet(OrtEnvironment::getEnvironment);
            HeldEnvironment.hold();
            memory = new GraphMemory(environment);
        } catch (ExecutionException e) {
            Folders.requireTemporary("ONNX Runtime's library");
            throw failed(requireNonNull(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CluscaException(
                    ErrorCode.INTERRUPTED, "Interrupted while ONNX Runtime started.", e);
        }
    }

    private static CluscaException failed(Throwable thrown) {
        Throwable cause = thrown;
        // its classes wrap what is wrong with its library
        while (cause instanceof LinkageError && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String hint =
                cause instanceof UnsatisfiedLinkError
                        ? ". Is the temporary folder "
                                + System.getProperty("java.io.tmpdir")
                                + " one from which nothing may be executed? Name another one with"
                                + " -Djava.io.tmpdir=DIR."
                        : "";
        return new CluscaException(
                ErrorCode.RUNTIME, "ONNX Runtime could not start: " + cause + hint, cause);
    }

    /** Nothing when another library has started it, whose settings then stay as they are. */
    private static Optional<OrtEnvironment> start(int threads) throws OrtException {
        try (OrtEnvironment.ThreadingOptions options = new OrtEnvironment.ThreadingOptions()) {
            options.setGlobalIntraOpNumThreads(threads);
            options.setGlobalInterOpNumThreads(1);
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(
                            OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "clusca", options);
            // a library has no business reporting to Microsoft what its host runs
            environment.setTelemetry(false);
            UnpackedLibraries.delete();
            return Optional.of(environment);
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    /**
     * @param threads 0 for whatever the first caller chose, or one thread per core when this is the
     *     first
     * @throws CluscaException INCOMPATIBLE when the process already runs with another number of
     *     threads
     */
    public static synchronized OnnxEnvironment get(int threads) {
        OnnxEnvironment current = instance;
        if (current == null) {
            current =
                    new OnnxEnvironment(
                            threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
            instance = current;
        } else if (threads > 0 && threads != current.threads) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "This process already runs ONNX Runtime with "
                            + current.threads
                            + " threads, asked for "
                            + threads
                            + ". The number of threads is fixed by the first model opened in a process.");
        }
        return current;
    }

    /** What of the machine's memory is promised to pipelines of this process. */
    public MemoryLedger ledger() {
        return ledger;
    }

    public int threads() {
        return threads;
    }

    /** Of the ONNX Runtime that is loaded, e.g. {@code 1.29.0}. */
    public String version() {
        return environment.getVersion();
    }

    /** Sessions open in this process. */
    public static int openSessions() {
        return SESSIONS.get();
    }

    /** Native tensors open in this process. */
    public static long openTensors() {
        return TENSORS.get();
    }

    OrtEnvironment ort() {
        return environment;
    }

    /** What ONNX Runtime allocates. */
    GraphMemory graphMemory() {
        return memory;
    }

    /**
     * Sets up a session's threads: those of all sessions, or where another library has started ONNX
     * Runtime, which may have none, the session's own.
     */
    void configureThreads(OrtSession.SessionOptions options) throws OrtException {
        if (shared) {
            options.setIntraOpNumThreads(threads);
            // idle threads of one session would take the processor from another's
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
        } else {
            options.disablePerSessionThreads();
        }
    }

    static void countSession(int change) {
        SESSIONS.addAndGet(change);
    }

    static void countTensor(int change) {
        TENSORS.addAndGet(change);
    }
}
