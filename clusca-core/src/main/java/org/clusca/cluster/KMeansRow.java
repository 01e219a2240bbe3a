package org.clusca.cluster;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.ClusteringRequest;

/** The k-means of one batch row, round by round. */
final class KMeansRow {
    private static final float ABSOLUTE_TOLERANCE = 1e-8f;

    private final KMeansSettings settings;
    private final int batchRow;
    private final int channels;

    /** {@code [tokens][channels]}. */
    private final float[][] tokens;

    private final TokenDistances distances;
    private final NearestCentroids nearest;

    /** {@code [clusters][channels]}: what the labels of this round were computed from. */
    private final float[][] centroids;

    /** {@code [clusters][channels]}: what these labels make of them; never written in place. */
    private final float[][] newCentroids;

    /** The centroids as distances see them: of length 1 for the cosine, else the same array. */
    private final float[][] points;

    /** Clusters whose members are not those of the round before. */
    private final boolean[] changed;

    private int[] labels;
    private int[] spareLabels;
    private int round;
    private boolean agrees;
    private boolean settled;

    KMeansRow(KMeansSettings settings, ClusteringRequest request, int batchRow) {
        this.settings = settings;
        this.batchRow = batchRow;
        this.tokens = row(request.tokens(), batchRow);
        this.channels = request.tokens().dimension(2);
        boolean cosine = settings.distance() == KMeansSettings.Distance.COSINE;
        this.distances =
                new TokenDistances(
                        cosine ? unit(tokens) : tokens,
                        channels,
                        settings.distance() != KMeansSettings.Distance.L1);
        this.nearest = new NearestCentroids(distances, request.clusters());
        this.centroids =
                request.start() == null
                        ? randomTokens(request.clusters(), request.seeds().get(batchRow))
                        : row(request.start(), batchRow);
        this.newCentroids = centroids.clone();
        this.points = cosine ? unit(centroids) : centroids;
        this.changed = new boolean[request.clusters()];
        Arrays.fill(changed, true);
        this.labels = new int[tokens.length];
        this.spareLabels = new int[tokens.length];
    }

    /** One batch row of {@code [batch, *, channels]}. */
    static float[][] row(Tensor tensor, int batchRow) {
        FloatBuffer data = tensor.data();
        float[][] row = new float[tensor.dimension(1)][tensor.dimension(2)];
        data.position(batchRow * tensor.dimension(1) * tensor.dimension(2));
        for (float[] vector : row) {
            data.get(vector);
        }
        return row;
    }

    private float[][] randomTokens(int count, long seed) {
        SplittableRandom random = Seeds.stream(seed, 0);
        float[][] left = tokens.clone();
        float[][] drawn = new float[count][];
        for (int c = 0; c < count; c++) {
            if (settings.start() == KMeansSettings.Start.REPEATED) {
                drawn[c] = left[random.nextInt(left.length)];
            } else {
                int place = random.nextInt(c, left.length);
                drawn[c] = left[place];
                left[place] = left[c];
            }
        }
        return drawn;
    }

    private static float[][] unit(float[][] vectors) {
        return Arrays.stream(vectors).map(KMeansRow::unit).toArray(float[][]::new);
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        float[] unit = vector.clone();
        for (int d = 0; d < unit.length && length > 0; d++) {
            unit[d] = (float) (unit[d] / length);
        }
        return unit;
    }

    void requireFinite() {
        int token = distances.firstNotFinite();
        if (token >= 0) {
            throw FiniteTokens.refusal(batchRow, token);
        }
    }

    /**
     * Goes on to the round {@code least}, and from there to the first one in which the centroids
     * agree, but not beyond {@code most}.
     */
    void advance(int least, int most) {
        while (round < least || (!agrees && round < most)) {
            if (settled) {
                // Overflown centroids settle but, being NaN, never agree: as published, to the end.
                round = agrees ? least : most;
                return;
            }
            if (round > 0) {
                moveCentroids();
            }
            round++;
            assign();
            updateCentroids();
        }
    }

    private void moveCentroids() {
        for (int c = 0; c < centroids.length; c++) {
            if (!Arrays.equals(centroids[c], newCentroids[c])) {
                float[] point = points == centroids ? newCentroids[c] : unit(newCentroids[c]);
                nearest.moved(c, distances.between(points[c], point));
                centroids[c] = newCentroids[c];
                points[c] = point;
            }
        }
    }

    private void assign() {
        int[] before = labels;
        labels = spareLabels;
        spareLabels = before;
        nearest.assign(points, labels);
        if (round > 1) {
            Arrays.fill(changed, false);
            for (int t = 0; t < labels.length; t++) {
                if (labels[t] != before[t]) {
                    changed[labels[t]] = true;
                    changed[before[t]] = true;
                }
            }
        }
    }

    /** New means of the clusters whose members changed, summed in the order of the tokens. */
    private void updateCentroids() {
        int[] sizes = new int[centroids.length];
        for (int c = 0; c < centroids.length; c++) {
            if (changed[c]) {
                newCentroids[c] = new float[channels];
            }
        }
        for (int t = 0; t < labels.length; t++) {
            int c = labels[t];
            sizes[c]++;
            if (changed[c]) {
                add(tokens[t], newCentroids[c]);
            }
        }
        for (int c = 0; c < centroids.length; c++) {
            if (changed[c] && sizes[c] > 0) {
                divide(newCentroids[c], sizes[c]);
            } else if (sizes[c] == 0 && settings.empty() == KMeansSettings.Empty.KEEP) {
                newCentroids[c] = centroids[c];
            }
        }
        agrees = true;
        settled = true;
        for (int c = 0; c < centroids.length; c++) {
            settled = settled && Arrays.equals(centroids[c], newCentroids[c]);
            agrees = agrees && agree(centroids[c], newCentroids[c]);
        }
    }

    private static void add(float[] token, float[] sum) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += token[d];
        }
    }

    private static void divide(float[] sum, float count) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] /= count;
        }
    }

    /** As {@code torch.allclose(old, new, rtol=tolerance)}: equal infinities are close, too. */
    private boolean agree(float[] from, float[] to) {
        float tolerance = (float) settings.tolerance();
        for (int d = 0; d < to.length; d++) {
            float allowed = ABSOLUTE_TOLERANCE + Math.abs(tolerance * to[d]);
            if (!(Math.abs(from[d] - to[d]) <= allowed) && from[d] != to[d]) {
                return false;
            }
        }
        return true;
    }

    int round() {
        return round;
    }

    boolean agrees() {
        return agrees;
    }

    int[] labels() {
        return labels;
    }

    float[][] centroids() {
        return centroids;
    }

    float[][] newCentroids() {
        return newCentroids;
    }
}
