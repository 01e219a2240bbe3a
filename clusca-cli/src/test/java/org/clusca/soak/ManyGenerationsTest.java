package org.clusca.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Size;
import org.clusca.engine.Cancellation;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests of every kind, side by side, for as long as it takes to make 10 000 of them. */
@Tag("soak")
final class ManyGenerationsTest {
    private static final int GENERATIONS = Integer.getInteger("clusca.soak.generations", 10_000);
    private static final int SETTLED = 500;
    private static final int COMPARED = 100;
    private static final int THREADS = 4;
    private static final List<String> POLICIES =
            List.of(
                    "none",
                    "balanced",
                    "fora:interval=2",
                    "taylorseer:interval=2,order=2",
                    "clusca:interval=2,clusters=4",
                    "toca:interval=2",
                    "teacache:threshold=0.2",
                    "fbcache:threshold=0.2",
                    "output:interval=2");

    private final Clusca clusca = Clusca.create();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Map<Integer, float[]> kept = new ConcurrentSkipListMap<>();

    /** What a number stands for. */
    private record Drawn(int pipeline, boolean invalid, boolean stopped, Request.Builder request) {}

    @Test
    void nothingIsLostAndNothingGrows() throws Exception {
        try (Pipeline emoji = Clusca.openEmbedded("emoji");
                Pipeline flux = Clusca.open(resource("/golden/flux/pipeline"));
                Pipeline video = Clusca.open(resource("/golden/hunyuan/pipeline"))) {
            List<Pipeline> pipelines = List.of(emoji, flux, video);
            int settled = Math.min(SETTLED, GENERATIONS / 4);
            run(pipelines, 0, settled);
            Usage before = Usage.now();
            run(pipelines, settled, GENERATIONS);
            Usage.now().assertNoMoreThan(before);

            System.out.printf(
                    Locale.ROOT,
                    "%d generations, %d cancelled, %d refused%n",
                    GENERATIONS,
                    cancelled.get(),
                    refused.get());
            assertThat(cancelled.get()).isGreaterThan(GENERATIONS / 20);
            assertThat(refused.get()).isGreaterThan(GENERATIONS / 40);
            assertThat(kept.size()).isGreaterThan(GENERATIONS / COMPARED / 2);
            for (Map.Entry<Integer, float[]> one : new TreeMap<>(kept).entrySet()) {
                Drawn drawn = drawn(pipelines, one.getKey());
                float[] alone =
                        pipelines
                                .get(drawn.pipeline())
                                .generate(drawn.request().build())
                                .latents()
                                .toArray();
                assertThat(one.getValue()).as("generation " + one.getKey()).isEqualTo(alone);
            }
        }
    }

    private void run(List<Pipeline> pipelines, int from, int to) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = from; i < to; i++) {
                int number = i;
                running.add(threads.submit(() -> generate(pipelines, number)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void generate(List<Pipeline> pipelines, int number) {
        Drawn drawn = drawn(pipelines, number);
        Cancellation cancellation = new Cancellation();
        Request.Builder request = drawn.request().cancellation(cancellation);
        if (drawn.stopped()) {
            request.listener(progress -> cancellation.cancel());
        }
        try {
            float[] latents =
                    pipelines.get(drawn.pipeline()).generate(request.build()).latents().toArray();
            assertThat(drawn.invalid()).as("refused generation " + number).isFalse();
            if (number % COMPARED == 0) {
                kept.put(number, latents);
            }
        } catch (CluscaException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                assertThat(drawn.stopped()).isTrue();
                cancelled.incrementAndGet();
            } else {
                assertThat(drawn.invalid()).as(number + ": " + e.getMessage()).isTrue();
                refused.incrementAndGet();
            }
        }
    }

    private Drawn drawn(List<Pipeline> pipelines, int number) {
        Random random = new Random(number);
        int which = random.nextInt(10) < 6 ? 0 : 1 + random.nextInt(2);
        Pipeline pipeline = pipelines.get(which);
        boolean compared = number % COMPARED == 0;
        boolean stopped = !compared && random.nextInt(10) == 0;
        boolean invalid = !compared && !stopped && random.nextInt(18) == 0;
        String policy = POLICIES.get(random.nextInt(POLICIES.size()));
        Request.Builder request =
                Request.builder()
                        .steps(4)
                        .count(1 + random.nextInt(2))
                        .seed(random.nextLong())
                        .decode(which == 0 && random.nextBoolean());
        if (which == 0) {
            request.conditions(pipeline.model().conditioner().classes().get(random.nextInt(50)));
        } else {
            request.conditions("a fox", "a lamp")
                    .maxSequenceLength(16)
                    .size(new Size(32 + 16 * random.nextInt(2), 32, which == 2 ? 5 : 0));
        }
        if (invalid) {
            spoil(request, random.nextInt(3));
        }
        request.policy(clusca.policy(invalid ? "none" : policy, pipeline.model()));
        return new Drawn(which, invalid, stopped, request);
    }

    private static void spoil(Request.Builder request, int how) {
        switch (how) {
            case 0 -> request.steps(100_000);
            case 1 -> request.conditions(List.of()).count(1);
            default -> request.size(new Size(7, 5, 0));
        }
    }

    static Path resource(String name) {
        try {
            return Path.of(ManyGenerationsTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
