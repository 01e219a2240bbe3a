package org.clusca.engine.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Signal;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention.Heads;
import org.clusca.api.model.Attention.Projected;
import org.clusca.api.model.Weights;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.junit.jupiter.api.Test;

/** What branches show of themselves, against plain Java. */
final class TokenSignalsTest {
    private static final int BATCH = 2;
    private static final int TOKENS = 5;
    private static final int WIDTH = 7;

    @Test
    void dissimilarityIsOneMinusTheCosine() {
        Tensor x = normal(1);
        Tensor output = normal(2);
        // alike, opposite, and nothing at all
        for (int d = 0; d < WIDTH; d++) {
            output.data().put(d, 3 * x.data().get(d));
            output.data().put(WIDTH + d, -x.data().get(WIDTH + d));
            output.data().put(2 * WIDTH + d, 0);
        }

        float[] shown = dissimilarity(x, output).toArray();

        assertThat(shown[0]).isCloseTo(0, within(1e-6f));
        assertThat(shown[1]).isCloseTo(2, within(1e-6f));
        assertThat(shown[2]).isEqualTo(1);
        for (int token = 0; token < BATCH * TOKENS; token++) {
            assertThat((double) shown[token]).isCloseTo(1 - cosine(x, output, token), within(1e-6));
        }
    }

    /** What is masked receives nothing; the others receive all that every query gives, 1. */
    @Test
    void maskedKeysReceiveNoAttention() {
        Tensor mask = Tensor.zeros(BATCH, TOKENS);
        for (int i = 0; i < mask.size(); i++) {
            mask.data().put(i, i % TOKENS < (i < TOKENS ? TOKENS : 2) ? 1 : 0);
        }
        Tensor q = normal(3);
        Tensor k = normal(4);
        float[] shown = received(q, k, mask).toArray();

        for (int row = 0; row < BATCH; row++) {
            double sum = 0;
            for (int key = 0; key < TOKENS; key++) {
                float received = shown[row * TOKENS + key];
                double expected = 0;
                for (int query = 0; query < TOKENS; query++) {
                    expected += attention(q, k, mask, row, query, key);
                }
                assertThat((double) received).isCloseTo(expected, within(1e-5));
                sum += received;
            }
            assertThat(sum).isCloseTo(TOKENS, within(1e-5));
        }
        assertThat(shown[TOKENS + 2]).isZero();
        assertThat(shown[2 * TOKENS - 1]).isZero();
    }

    private static double attention(
            Tensor q, Tensor k, Tensor mask, int row, int query, int wanted) {
        double all = 0;
        double own = 0;
        for (int key = 0; key < TOKENS; key++) {
            if (mask.data().get(row * TOKENS + key) == 0) {
                continue;
            }
            double score = 0;
            for (int d = 0; d < WIDTH; d++) {
                score +=
                        (double) q.data().get((row * TOKENS + query) * WIDTH + d)
                                * k.data().get((row * TOKENS + key) * WIDTH + d);
            }
            double weight = Math.exp(score / Math.sqrt(WIDTH));
            all += weight;
            own += key == wanted ? weight : 0;
        }
        return own / all;
    }

    private static Tensor received(Tensor q, Tensor k, Tensor mask) {
        OnnxGraph graph = new OnnxGraph("signal", Weights.none("The test"));
        int int32 = 6;
        Value seen =
                graph.op(
                        "Cast",
                        Map.of("to", int32),
                        graph.input("mask", ElementType.FLOAT32, "batch", TOKENS));
        Value queries = input(graph, "q");
        Value keys = input(graph, "k");
        graph.output(
                "shown",
                AttentionSignals.write(
                        graph,
                        Signal.ATTENTION_RECEIVED,
                        new Projected(queries, keys, keys),
                        new Heads(1, Optional.of(1 / Math.sqrt(WIDTH)), Optional.of(seen)),
                        WIDTH));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(Map.of("q", q, "k", k, "mask", mask), "shown", BATCH, TOKENS);
        }
    }

    private static double cosine(Tensor a, Tensor b, int token) {
        double product = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int i = token * WIDTH; i < (token + 1) * WIDTH; i++) {
            double x = a.data().get(i);
            double y = b.data().get(i);
            product += x * y;
            squaresOfA += x * x;
            squaresOfB += y * y;
        }
        return product
                / (Math.max(Math.sqrt(squaresOfA), 1e-8) * Math.max(Math.sqrt(squaresOfB), 1e-8));
    }

    private static Tensor dissimilarity(Tensor x, Tensor output) {
        OnnxGraph graph = new OnnxGraph("signal", Weights.none("The test"));
        Value shown = TokenSignals.dissimilarity(graph, input(graph, "x"), input(graph, "y"));
        graph.output("shown", shown);
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(Map.of("x", x, "y", output), "shown", BATCH, TOKENS);
        }
    }

    private static Value input(OnnxGraph graph, String name) {
        return graph.input(name, ElementType.FLOAT32, "batch", TOKENS, WIDTH);
    }

    private static Tensor normal(long seed) {
        Random random = new Random(seed);
        float[] values = new float[BATCH * TOKENS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, BATCH, TOKENS, WIDTH);
    }
}
