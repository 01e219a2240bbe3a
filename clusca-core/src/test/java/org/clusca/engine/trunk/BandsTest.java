package org.clusca.engine.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Forecast.Banded;
import org.clusca.api.cache.Forecast.Transform;
import org.clusca.api.cache.History;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.StepContext;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Weights;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.policy.Hermite;
import org.clusca.policy.Taylor;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Test;

/** Low and high frequencies, against the functions of FreqCa. */
final class BandsTest {
    private static final int BATCH = 2;
    private static final int TOKENS = 256;
    private static final int WIDTH = 6;
    private static final int SIZE = BATCH * TOKENS * WIDTH;
    private static final int[] FULL = {0, 1, 2, 6, 10};
    private static final int[] PREDICTED = {3, 5, 7, 9, 11, 12};

    /** The published setting begins to take differences with the last leading step. */
    private static final int DIFFERENCES_FROM = 2;

    private static Banded forecast(Transform transform, Predictor high) {
        return new Banded(transform, 0.1, new Taylor(0), high);
    }

    @Test
    void theLowPartIsThatOfThePublishedFunctions() {
        SafetensorsFile golden = Golden.file("flux_cache", "freqca_function.safetensors");
        Tensor features = golden.tensor("features");
        for (Transform transform : Transform.values()) {
            String name = transform == Transform.DCT ? "dct_low" : "fft_low";
            Golden.assertClose(
                    name,
                    low(forecast(transform, new Taylor(0)), feature(features, 0)),
                    golden.tensor(name),
                    1e-5);
        }
    }

    /** As in a graph, though channels lie apart here and side by side there. */
    @Test
    void theLowPartWithoutAGraph() {
        Tensor features =
                Golden.file("flux_cache", "freqca_function.safetensors").tensor("features");
        Tensor x = feature(features, 0);
        for (Transform transform : Transform.values()) {
            Banded forecast = forecast(transform, new Taylor(0));
            float[] apart = Bands.of(forecast, TOKENS, 1, 16).low(channelsApart(x.toArray()));
            Golden.assertClose(
                    transform.toString(),
                    Tensor.of(apart, SIZE),
                    Tensor.of(channelsApart(low(forecast, x).toArray()), SIZE),
                    1e-5);
        }
    }

    /** {@code [batch, tokens, channels]} to {@code [batch, channels, tokens]}. */
    private static float[] channelsApart(float[] x) {
        float[] apart = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            int row = i / WIDTH / TOKENS;
            apart[(row * WIDTH + i % WIDTH) * TOKENS + i / WIDTH % TOKENS] = x[i];
        }
        return apart;
    }

    @Test
    void bandsAreForecastAsPublished() {
        SafetensorsFile golden = Golden.file("flux_cache", "freqca_function.safetensors");
        Tensor features = golden.tensor("features");
        for (Transform transform : Transform.values()) {
            for (Predictor high : List.of(new Hermite(2, 0.71), new Taylor(2))) {
                String name =
                        "predicted_"
                                + (transform == Transform.DCT ? "dct_" : "fft_")
                                + (high instanceof Taylor ? "taylor" : "hermite");
                Tensor expected = golden.tensor(name);
                for (int i = 0; i < PREDICTED.length; i++) {
                    Golden.assertClose(
                            name + " at step " + PREDICTED[i],
                            predicted(features, forecast(transform, high), PREDICTED[i]),
                            feature(expected, i),
                            1e-5);
                }
            }
        }
    }

    private static Tensor feature(Tensor all, int index) {
        float[] values = Arrays.copyOfRange(all.toArray(), index * SIZE, (index + 1) * SIZE);
        return Tensor.of(values, BATCH, TOKENS, WIDTH);
    }

    /** By the coefficients of the engine, applied in plain Java. */
    private static Tensor predicted(Tensor features, Forecast forecast, int index) {
        History history = History.EMPTY;
        List<float[]> orders = new ArrayList<>();
        for (int i = 0; i < FULL.length && FULL[i] < index; i++) {
            StepContext step = step(FULL[i]);
            boolean restart = FULL[i] < DIFFERENCES_FROM;
            List<float[]> fresh = new ArrayList<>();
            fresh.add(feature(features, i).toArray());
            for (int order = 0; order < 2 && order < history.held() && !restart; order++) {
                float[] difference = new float[SIZE];
                for (int k = 0; k < SIZE; k++) {
                    difference[k] =
                            (fresh.get(order)[k] - orders.get(order)[k]) / history.distance(step);
                }
                fresh.add(difference);
            }
            orders = fresh;
            history = history.with(step, restart, 3);
        }
        Coefficients coefficients = new Coefficients(3, 1);
        coefficients.predict(0, WIDTH, true, forecast, step(index), history);
        float[] high = new float[SIZE];
        float[] low = new float[SIZE];
        float first = coefficients.order(0).toArray()[0];
        for (int order = 0; order < orders.size(); order++) {
            float factor = order == 0 ? 1 : coefficients.order(order).toArray()[0];
            float more = coefficients.low(order).toArray()[0];
            for (int k = 0; k < SIZE; k++) {
                high[k] += first * factor * orders.get(order)[k];
                low[k] += more * orders.get(order)[k];
            }
        }
        Banded banded = coefficients.banded().get(0);
        float[] added = low(banded, Tensor.of(low, BATCH, TOKENS, WIDTH)).toArray();
        for (int k = 0; k < SIZE; k++) {
            high[k] += added[k];
        }
        return Tensor.of(high, BATCH, TOKENS, WIDTH);
    }

    private static StepContext step(int index) {
        return new StepContext(index, 16, 1000 - index);
    }

    private static Tensor low(Banded forecast, Tensor x) {
        Bands bands = Bands.of(forecast, TOKENS, 1, 16);
        OnnxGraph graph = new OnnxGraph("bands", Weights.none("bands"));
        Value input = graph.input("x", ElementType.FLOAT32, "batch", "tokens", WIDTH);
        Value rows = graph.input("rows", ElementType.FLOAT32, "low", "height");
        Value columns = graph.input("columns", ElementType.FLOAT32, "wide", "width");
        Value mask = graph.input("mask", ElementType.FLOAT32, "low", "wide", 1);
        graph.output("y", BandGraph.low(graph, input, rows, columns, mask, WIDTH));
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(
                    Map.of(
                            "x", x,
                            "rows", bands.rows(),
                            "columns", bands.columns(),
                            "mask", bands.mask()),
                    "y",
                    BATCH,
                    TOKENS,
                    WIDTH);
        }
    }

    @Test
    void allFrequenciesTogetherAreTheWhole() {
        for (Transform transform : Transform.values()) {
            for (int[] grid : new int[][] {{15, 1, 5}, {15, 3, 5}, {14, 1, 7}}) {
                Banded all = new Banded(transform, 1, new Taylor(0), new Taylor(0));
                Bands bands = Bands.of(all, grid[0], grid[1], grid[2]);
                for (Tensor lines : List.of(bands.rows(), bands.columns())) {
                    assertThat(lines.dimension(0)).isEqualTo(lines.dimension(1));
                    float[] line = lines.toArray();
                    int n = lines.dimension(1);
                    for (int a = 0; a < n; a++) {
                        for (int b = 0; b < n; b++) {
                            double product = 0;
                            for (int i = 0; i < n; i++) {
                                product += line[a * n + i] * line[b * n + i];
                            }
                            assertThat(Math.abs(product - (a == b ? 1 : 0))).isLessThan(1e-5);
                        }
                    }
                }
                for (float kept : bands.mask().toArray()) {
                    assertThat(kept).isEqualTo(1);
                }
            }
        }
    }
}
