package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs that take long when nobody ends them. */
final class StopSignalTest {
    private static final int SIDE = 1024;
    private static final int PRODUCTS = 300;

    private static OnnxSession endless;

    @BeforeAll
    static void load() {
        OnnxGraph graph = new OnnxGraph("chain", Weights.none("The test"));
        Value x = graph.input("x", ElementType.FLOAT32, SIDE, SIDE);
        for (int i = 0; i < PRODUCTS; i++) {
            x = graph.op("MatMul", Map.of(), x, x);
        }
        graph.output("y", x);
        endless = OnnxSession.load(new CpuDevice(0), graph);
    }

    @AfterAll
    static void close() {
        endless.close();
    }

    @Test
    void endsARunThatIsUnderWay() throws InterruptedException {
        StopSignal signal = new StopSignal();
        Running running = new Running(endless.stoppedBy(signal));

        signal.stop(ErrorCode.CANCELLED, "The generation was cancelled");
        signal.stop(ErrorCode.TIMED_OUT, "Too late to be the reason");

        running.endsWith(ErrorCode.CANCELLED, "The generation was cancelled while chain ran.");
        assertRefused(ErrorCode.CANCELLED, () -> signal.check("before step 3"), "before step 3");
    }

    @Test
    void stopsEveryRunOfTheSignalAndNoOther() throws InterruptedException {
        StopSignal signal = new StopSignal();
        StopSignal other = new StopSignal();
        Running first = new Running(endless.stoppedBy(signal));
        Running second = new Running(endless.stoppedBy(signal));
        Running third = new Running(endless.stoppedBy(other));

        signal.stop(ErrorCode.TIMED_OUT, "The time is over");

        first.endsWith(ErrorCode.TIMED_OUT, "The time is over while chain ran.");
        second.endsWith(ErrorCode.TIMED_OUT, "The time is over while chain ran.");
        assertThat(third.isDone()).isFalse();
        other.stop(ErrorCode.CLOSED, "The pipeline was closed");
        third.endsWith(ErrorCode.CLOSED, "The pipeline was closed while chain ran.");
    }

    @Test
    void interruptingTheThreadEndsItsRun() throws InterruptedException {
        StopSignal signal = new StopSignal();
        for (OnnxSession session : new OnnxSession[] {endless.stoppedBy(signal), endless}) {
            Running running = new Running(session);

            running.thread.interrupt();

            running.endsWith(ErrorCode.INTERRUPTED, "interrupted while chain ran");
            assertThat(running.wasInterrupted).isTrue();
        }
        assertRefused(ErrorCode.INTERRUPTED, () -> signal.check("before step 3"), "before step 3");
    }

    @Test
    void nothingRunsAfterTheSignal() {
        StopSignal signal = new StopSignal();
        signal.stop(ErrorCode.CANCELLED, "The generation was cancelled");

        assertRefused(ErrorCode.CANCELLED, () -> run(endless.stoppedBy(signal)), "cancelled");
    }

    private static void run(OnnxSession session) {
        session.run(Map.of("x", Tensor.zeros(SIDE, SIDE)), "y", SIDE, SIDE);
    }

    /** A run in a thread of its own. */
    private static final class Running {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final Thread thread;
        private volatile boolean wasInterrupted;

        Running(OnnxSession session) throws InterruptedException {
            thread =
                    new Thread(
                            () -> {
                                begun.countDown();
                                try {
                                    run(session);
                                    end.complete(null);
                                } catch (CluscaException e) {
                                    wasInterrupted = Thread.currentThread().isInterrupted();
                                    end.completeExceptionally(e);
                                }
                            });
            thread.start();
            begun.await();
        }

        boolean isDone() {
            return end.isDone();
        }

        void endsWith(ErrorCode code, String message) throws InterruptedException {
            thread.join();
            assertThatThrownBy(end::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            CluscaException.class, e -> assertThat(e.code()).isEqualTo(code))
                    .hasMessageContaining(message);
        }
    }
}
