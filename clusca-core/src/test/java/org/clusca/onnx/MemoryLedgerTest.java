package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MemoryLedgerTest {
    @Test
    void neverPromisesMoreThanThereIs() throws Exception {
        MemoryLedger ledger = new MemoryLedger(Long.MAX_VALUE, () -> 10);
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<Boolean>> asked = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                asked.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    return ledger.reserve(1).isPresent();
                                }));
            }
            start.countDown();
            int granted = 0;
            for (Future<Boolean> one : asked) {
                granted += one.get() ? 1 : 0;
            }
            assertThat(granted).isEqualTo(10);
            assertThat(ledger.free()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatIsAllocatedIsNotCountedTwice() {
        AtomicLong machine = new AtomicLong(100);
        MemoryLedger ledger = new MemoryLedger(Long.MAX_VALUE, machine::get);
        MemoryLedger.Reservation reservation = ledger.reserve(60).orElseThrow();
        assertThat(ledger.free()).isEqualTo(40);

        machine.addAndGet(-50);
        reservation.taken(50);
        assertThat(ledger.free()).isEqualTo(40);

        machine.addAndGet(-10);
        reservation.taken();
        assertThat(ledger.free()).isEqualTo(40);

        machine.addAndGet(60);
        reservation.close();
        reservation.close();
        assertThat(ledger.free()).isEqualTo(100);
    }

    @Test
    void aLimitCountsWhatIsAllocatedToo() {
        MemoryLedger ledger = new MemoryLedger(100, () -> Long.MAX_VALUE);
        MemoryLedger.Reservation all = ledger.reserve(80).orElseThrow();
        MemoryLedger.Reservation part = all.part(50);
        part.taken();
        assertThat(part.bytes()).isEqualTo(50);
        assertThat(all.bytes()).isEqualTo(30);
        assertThat(ledger.free()).isEqualTo(20);
        assertThat(ledger.reserve(21)).isEmpty();
        all.close();
        assertThat(ledger.free()).isEqualTo(50);
        part.close();
        assertThat(ledger.free()).isEqualTo(100);
    }
}
