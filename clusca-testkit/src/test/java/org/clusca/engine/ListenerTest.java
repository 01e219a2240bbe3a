package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener hears, and in which order. */
final class ListenerTest {
    private static final class Heard implements ProgressListener {
        private final List<String> words = new ArrayList<>();
        private final Cancellation cancellation = new Cancellation();
        private final int last;

        Heard(int last) {
            this.last = last;
        }

        @Override
        public void onEncoded(double seconds) {
            words.add("encoded");
            assertThat(seconds).isNotNegative();
        }

        @Override
        public void onLoaded(double seconds) {
            words.add("loaded");
            assertThat(seconds).isNotNegative();
        }

        @Override
        public void onStep(Progress progress) {
            words.add("step " + progress.step().index());
            if (progress.step().index() == last) {
                cancellation.cancel();
            }
        }

        @Override
        public void onDecoded(double seconds) {
            words.add("decoded");
            assertThat(seconds).isNotNegative();
        }

        @Override
        public void onFailed(Throwable failure) {
            words.add("failed: " + failure.getMessage());
        }

        Request request() {
            return Toys.request("fora")
                    .steps(2)
                    .decode(true)
                    .listener(this)
                    .cancellation(cancellation)
                    .build();
        }
    }

    @Test
    void everyStageOnce() {
        Heard heard = new Heard(-1);
        try (Pipeline pipeline = Toys.open()) {
            pipeline.generate(heard.request());
        }
        assertThat(heard.words).containsExactly("encoded", "loaded", "step 0", "step 1", "decoded");
    }

    @Test
    void theFailureToo() {
        Heard heard = new Heard(0);
        try (Pipeline pipeline = Toys.open()) {
            assertThatThrownBy(() -> pipeline.generate(heard.request()))
                    .hasMessage("The generation was cancelled before step 1.");
        }
        assertThat(heard.words)
                .containsExactly(
                        "encoded",
                        "loaded",
                        "step 0",
                        "failed: The generation was cancelled before step 1.");
    }
}
