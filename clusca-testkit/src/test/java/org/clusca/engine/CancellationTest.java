package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;

/** Ways to stop a generation. */
final class CancellationTest {
    private static final String POLICY = "clusca:interval=3,clusters=8";

    @Test
    void cancelledFromTheListener() {
        Cancellation cancellation = new Cancellation();
        List<Integer> steps = new ArrayList<>();
        try (Pipeline pipeline = Toys.open()) {
            Request request =
                    Toys.request(POLICY)
                            .cancellation(cancellation)
                            .listener(
                                    progress -> {
                                        steps.add(progress.step().index());
                                        if (progress.step().index() == 2) {
                                            cancellation.cancel();
                                        }
                                    })
                            .build();
            assertRefused(ErrorCode.CANCELLED, () -> pipeline.generate(request), "before step 3");
            assertThat(steps).containsExactly(0, 1, 2);
            // the pipeline is as good as before
            assertThat(pipeline.generate(Toys.request(POLICY).build()).stepLatents()).hasSize(6);
        }
    }

    @Test
    void cancelledAtTheLastStepBeforeDecoding() {
        Cancellation cancellation = new Cancellation();
        try (Pipeline pipeline = Toys.open()) {
            Request request =
                    Toys.request("none")
                            .decode(true)
                            .cancellation(cancellation)
                            .listener(
                                    progress -> {
                                        if (progress.step().index() == progress.steps() - 1) {
                                            cancellation.cancel();
                                        }
                                    })
                            .build();
            assertRefused(ErrorCode.CANCELLED, () -> pipeline.generate(request), "decod");
        }
    }

    @Test
    void timeout() {
        try (Pipeline pipeline = Toys.open()) {
            assertRefused(
                    ErrorCode.TIMED_OUT,
                    () -> pipeline.generate(Toys.request(POLICY).timeout(Duration.ZERO).build()),
                    "timeout of 0 ms",
                    "before it began");
            Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
            assertThat(pipeline.generate(Toys.request(POLICY).timeout(ages).build()).stepLatents())
                    .hasSize(6);
        }
    }

    @Test
    void closedDuringARun() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 5; round++) {
                Pipeline pipeline = Toys.open();
                // both are in their first step, with hundreds to go
                Phaser running = new Phaser(3);
                List<Future<Generated>> runs = new ArrayList<>();
                for (String policy : List.of("none", POLICY)) {
                    Request request =
                            Toys.request(policy)
                                    .steps(1000)
                                    .keepLatents(false)
                                    .listener(
                                            progress -> {
                                                if (progress.step().index() == 0) {
                                                    running.arriveAndAwaitAdvance();
                                                }
                                            })
                                    .build();
                    runs.add(threads.submit(() -> pipeline.generate(request)));
                }
                running.arriveAndAwaitAdvance();
                pipeline.close();
                for (Future<Generated> run : runs) {
                    assertThatThrownBy(run::get)
                            .isInstanceOf(ExecutionException.class)
                            .cause()
                            .isInstanceOfSatisfying(
                                    CluscaException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED))
                            .hasMessageContaining("closed");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closedTwiceAndUsedAfterwards() {
        Pipeline pipeline = Toys.open();
        pipeline.generate(Toys.request("none").build());
        pipeline.close();
        pipeline.close();
        for (String policy : List.of("none", POLICY)) {
            assertRefused(
                    ErrorCode.CLOSED,
                    () -> pipeline.generate(Toys.request(policy).build()),
                    "pipeline was closed",
                    "open it again");
        }
    }
}
