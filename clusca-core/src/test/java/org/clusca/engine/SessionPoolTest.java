package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.onnx.MemoryLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases of parts that take 10 bytes each. */
final class SessionPoolTest {
    private final AtomicInteger loaded = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Something that is open until it is closed. */
    private final class Thing implements AutoCloseable {
        private final boolean stubborn;
        private volatile boolean closed;

        Thing(boolean stubborn) {
            this.stubborn = stubborn;
            loaded.incrementAndGet();
            open.incrementAndGet();
        }

        @Override
        public void close() {
            assertThat(closed).isFalse();
            closed = true;
            open.decrementAndGet();
            if (stubborn) {
                throw new CluscaException(ErrorCode.RUNTIME, "It does not close.");
            }
        }
    }

    private Part<Thing> part(int key) {
        return part(key, () -> {});
    }

    private Part<Thing> part(int key, Runnable before) {
        return new Part<>(
                key,
                "part " + key,
                10,
                Thing.class,
                () -> {
                    before.run();
                    return new Thing(false);
                });
    }

    private static SessionPool pool(long limit) {
        return new SessionPool(new MemoryLedger(limit, () -> Long.MAX_VALUE));
    }

    private static SessionPool.Lease lease(SessionPool pool, long working, Part<?>... parts) {
        return pool.lease(
                List.of(parts),
                working,
                free -> new CluscaException(ErrorCode.OUT_OF_MEMORY, free + " bytes are free."));
    }

    @Test
    void nothingIsClosedThatSomebodyUses() throws Exception {
        try (SessionPool pool = pool(25)) {
            List<Future<Integer>> users = new ArrayList<>();
            for (int user = 0; user < 16; user++) {
                int first = user;
                users.add(
                        threads.submit(
                                () -> {
                                    int used = 0;
                                    for (int round = 0; used < 200; round++) {
                                        Part<Thing> part = part((first + round) % 4);
                                        try (SessionPool.Lease lease = lease(pool, 1, part)) {
                                            assertThat(lease.get(part).closed).isFalse();
                                            Thread.yield();
                                            assertThat(lease.get(part).closed).isFalse();
                                            assertThat(open.get()).isLessThanOrEqualTo(2);
                                            used++;
                                        } catch (CluscaException e) {
                                            // others use what there is memory for
                                            assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
                                        }
                                    }
                                    return used;
                                }));
            }
            for (Future<Integer> user : users) {
                assertThat(user.get()).isEqualTo(200);
            }
        }
        assertThat(open.get()).isZero();
    }

    @Test
    void loadingOnePartHoldsUpNobodyWhoUsesOthers() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (SessionPool pool = pool(100)) {
            Part<Thing> slow =
                    part(
                            1,
                            () -> {
                                loading.countDown();
                                await(go);
                            });
            Future<?> first = threads.submit(() -> lease(pool, 0, slow).close());
            loading.await();

            Part<Thing> other = part(2);
            try (SessionPool.Lease lease = lease(pool, 0, other)) {
                assertThat(lease.get(other).closed).isFalse();
            }
            assertThat(first.isDone()).isFalse();

            Future<?> second = threads.submit(() -> lease(pool, 0, slow).close());
            go.countDown();
            first.get();
            second.get();
            assertThat(loaded.get()).isEqualTo(2);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatNobodyUsesGoesWhenMemoryIsShortTheLongestUnusedFirst() {
        try (SessionPool pool = pool(30)) {
            Thing one;
            Thing two;
            Thing three;
            try (SessionPool.Lease lease = lease(pool, 0, part(1), part(2), part(3))) {
                one = lease.get(part(1));
                two = lease.get(part(2));
                three = lease.get(part(3));
                assertRefused(ErrorCode.OUT_OF_MEMORY, () -> lease(pool, 1), "0 bytes are free");
            }
            lease(pool, 0, part(1)).close();
            assertThat(pool.attainable(List.of(part(1)))).isEqualTo(20);
            assertThat(pool.missing(List.of(part(1), part(4)))).isEqualTo(10);

            lease(pool, 0, part(4)).close();
            assertThat(two.closed).isTrue();
            assertThat(one.closed || three.closed).isFalse();

            lease(pool, 15, part(1)).close();
            assertThat(three.closed).isTrue();
            assertThat(one.closed).isFalse();
        }
    }

    @Test
    void aFailedLoadFailsAllThatWaitForItAndIsTriedAgain() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Part<Thing> damaged =
                part(
                        1,
                        () -> {
                            loading.countDown();
                            await(go);
                            throw new CluscaException(ErrorCode.CORRUPT_FILE, "It is damaged.");
                        });
        try (SessionPool pool = pool(20)) {
            Future<?> first = threads.submit(() -> lease(pool, 0, damaged, part(2)));
            loading.await();
            FutureTask<?> second = new FutureTask<>(() -> lease(pool, 0, part(2)));
            Thread waiting = new Thread(second);
            waiting.start();
            while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            go.countDown();

            for (Future<?> user : List.of(first, second)) {
                assertThatThrownBy(user::get).rootCause().hasMessage("It is damaged.");
            }
            lease(pool, 0, part(1), part(2)).close();
            assertThat(open.get()).isEqualTo(2);
        }
    }

    @Test
    void whoWaitsForALoaderThatIsInterruptedLoadsItself() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Part<Thing> interrupted =
                part(
                        1,
                        () -> {
                            loading.countDown();
                            await(go);
                            throw new CluscaException(ErrorCode.INTERRUPTED, "Interrupted.");
                        });
        try (SessionPool pool = pool(20)) {
            Future<?> first = threads.submit(() -> lease(pool, 0, interrupted));
            loading.await();
            FutureTask<SessionPool.Lease> second =
                    new FutureTask<>(() -> lease(pool, 0, part(1), part(2)));
            Thread waiting = new Thread(second);
            waiting.start();
            while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            go.countDown();

            assertThatThrownBy(first::get).rootCause().hasMessage("Interrupted.");
            second.get().close();
            assertThat(open.get()).isEqualTo(2);
        }
    }

    @Test
    void closingTriesAllAndThenSaysWhatFailed() {
        SessionPool pool = pool(100);
        Part<Thing> stubborn =
                new Part<>("stubborn", "stubborn", 10, Thing.class, () -> new Thing(true));
        Part<Thing> too = new Part<>("too", "too", 10, Thing.class, () -> new Thing(true));
        lease(pool, 0, stubborn, part(1), too, part(2)).close();

        assertThatThrownBy(pool::close)
                .hasMessage("It does not close.")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(open.get()).isZero();
        pool.close();
        assertRefused(ErrorCode.CLOSED, () -> lease(pool, 0, part(1)), "closed");
    }

    @Test
    void closedWhileLoading() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        SessionPool pool = pool(100);
        Part<Thing> slow =
                part(
                        1,
                        () -> {
                            loading.countDown();
                            await(go);
                        });
        Future<?> user = threads.submit(() -> lease(pool, 0, slow));
        loading.await();
        pool.close();
        go.countDown();

        assertThatThrownBy(user::get).rootCause().hasMessageContaining("closed");
        assertThat(open.get()).isZero();
    }
}
