package org.clusca.onnx;

import ai.onnxruntime.OrtException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The one thread on which a device's sessions run: a session of CUDA takes memory for every thread
 * that runs it, and two at once can overwrite each other's. Ends with the process.
 */
final class SessionThread {
    private final ExecutorService thread;

    SessionThread(String name) {
        thread =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread daemon = new Thread(task, name);
                            daemon.setDaemon(true);
                            return daemon;
                        });
    }

    /** Returns when the call has ended; an interrupt of the caller's is kept until then. */
    <T> T run(Device.Call<T> call) throws OrtException {
        Future<T> running = thread.submit(call::call);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    // whoever interrupted has also ended the run, which uses the caller's memory
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw refused(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static OrtException refused(ExecutionException e) {
        if (e.getCause() instanceof OrtException refused) {
            return refused;
        }
        if (e.getCause() instanceof RuntimeException thrown) {
            throw thrown;
        }
        throw new IllegalStateException(e.getCause());
    }
}
