package org.clusca.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is kept is bounded in number, size and time. */
final class KeptTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<String> dropped = new ArrayList<>();

    private Kept<String> kept(int most, long bytes) {
        return new Kept<>(
                new Kept.Bound(most, bytes, Duration.ofSeconds(10)),
                String::length,
                dropped::add,
                clock::get);
    }

    @Test
    void theOldestGoFirst() {
        Kept<String> kept = kept(2, 100);
        String first = kept.put("x-", "a");
        String second = kept.put("x-", "b");
        kept.put("x-", "c");
        assertThat(kept.get(first)).isEmpty();
        assertThat(kept.get(second)).contains("b");
        assertThat(dropped).containsExactly("a");
        assertThat(second).matches("x-[0-9a-f]{32}");
    }

    @Test
    void sizesCountTogether() {
        Kept<String> kept = kept(10, 5);
        kept.put("", "aaa");
        kept.put("", "bb");
        assertThat(dropped).isEmpty();
        String large = kept.put("", "cccccccc");
        assertThat(dropped).containsExactly("aaa", "bb");
        assertThat(kept.get(large)).contains("cccccccc");
        assertThat(kept.remove(large)).isPresent();
        assertThat(kept.all()).isEmpty();
    }

    @Test
    void timePasses() {
        Kept<String> kept = kept(10, 100);
        String id = kept.put("", "a");
        clock.set(Duration.ofSeconds(10).toNanos());
        assertThat(kept.get(id)).isPresent();
        clock.set(Duration.ofSeconds(10).toNanos() + 1);
        assertThat(kept.get(id)).isEmpty();
        assertThat(dropped).containsExactly("a");
    }
}
