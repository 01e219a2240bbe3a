package org.clusca.cluster;

import java.util.Arrays;

/**
 * Labels every token of one batch row with its nearest centroid, of equally near ones the first.
 *
 * <p>Distances of earlier rounds are kept. By the triangle inequality a distance has changed by at
 * most what its centroid has travelled since it was measured, so a centroid whose lower bound lies
 * above the upper bound of another one cannot win and is not measured again (after C. Elkan, Using
 * the Triangle Inequality to Accelerate k-Means, ICML 2003). The bounds are widened by the largest
 * rounding error of the sums: the labels are exactly those that measuring everything would give.
 */
final class NearestCentroids {
    /** Measuring all tokens in one sweep takes as long as measuring this part of them singly. */
    private static final int SWEEP_GAIN = 5;

    /** Squares below the smallest float are lost: an absolute error on top of the relative one. */
    private static final float LEAST_DISTANCE = 1e-18f;

    private final TokenDistances distances;
    private final int tokens;
    private final int clusters;

    /** {@code [clusters][tokens]}: as last measured. */
    private final float[][] measured;

    /** {@code [clusters][tokens]}: how far the centroid had travelled when it was measured. */
    private final float[][] measuredAt;

    /** {@code [clusters][tokens]}: the distance is now not below this. */
    private final float[][] lower;

    /** {@code [clusters]}: how far each centroid has travelled in all rounds. */
    private final float[] travelled;

    /** {@code [tokens]}: the least distance is now not above this. */
    private final float[] upper;

    /** {@code [tokens]}: how many centroids may be nearest. */
    private final int[] rivals;

    private final int[] sweep;
    private final int[] single;
    private boolean first = true;

    NearestCentroids(TokenDistances distances, int clusters) {
        this.distances = distances;
        this.tokens = distances.tokens();
        this.clusters = clusters;
        this.measured = new float[clusters][tokens];
        this.measuredAt = new float[clusters][tokens];
        this.lower = new float[clusters][tokens];
        this.travelled = new float[clusters];
        this.upper = new float[tokens];
        this.rivals = new int[tokens];
        this.sweep = new int[clusters];
        this.single = new int[tokens];
    }

    /** Says that a centroid has moved, and how far, before the next {@link #assign}. */
    void moved(int cluster, float distance) {
        float atLeast = distance * (1 + 2 * distances.slack());
        // Rounded up: what was travelled between two readings is never less than the distances.
        travelled[cluster] = Math.nextUp(travelled[cluster] + atLeast);
    }

    /**
     * @param points {@code [clusters][channels]}: the centroids
     * @param labels {@code [tokens]}: is filled
     */
    void assign(float[][] points, int[] labels) {
        if (first) {
            Arrays.setAll(sweep, c -> c);
            distances.toAll(points, sweep, clusters, measured);
            first = false;
        } else {
            bound();
            measure(points);
        }
        choose(labels);
    }

    private void bound() {
        Arrays.fill(upper, Float.POSITIVE_INFINITY);
        for (int c = 0; c < clusters; c++) {
            bound(measured[c], measuredAt[c], travelled[c], lower[c]);
        }
        Arrays.fill(rivals, 0);
        for (int c = 0; c < clusters; c++) {
            for (int t = 0; t < tokens; t++) {
                if (mayWin(c, t)) {
                    rivals[t]++;
                }
            }
        }
    }

    private void bound(float[] distance, float[] at, float now, float[] low) {
        float slack = distances.slack();
        for (int t = 0; t < low.length; t++) {
            float margin = (now - at[t]) + slack * (distance[t] + now) + LEAST_DISTANCE;
            low[t] = distance[t] - margin;
            upper[t] = Math.min(upper[t], distance[t] + margin);
        }
    }

    /** Also true where a bound is NaN, as after an overflow. */
    private boolean mayWin(int c, int t) {
        return !(lower[c][t] > upper[t]);
    }

    /** Brings up to date every distance that may decide a label. */
    private void measure(float[][] points) {
        int sweeps = 0;
        for (int c = 0; c < clusters; c++) {
            int singles = 0;
            for (int t = 0; t < tokens; t++) {
                if (rivals[t] > 1 && mayWin(c, t) && outdated(c, t)) {
                    single[singles++] = t;
                }
            }
            if (singles * SWEEP_GAIN > tokens) {
                sweep[sweeps++] = c;
                Arrays.fill(measuredAt[c], travelled[c]);
            } else {
                for (int i = 0; i < singles; i++) {
                    int t = single[i];
                    measured[c][t] = distances.toOne(t, points[c]);
                    measuredAt[c][t] = travelled[c];
                }
            }
        }
        distances.toAll(points, sweep, sweeps, measured);
    }

    private boolean outdated(int c, int t) {
        return measuredAt[c][t] != travelled[c] || travelled[c] == Float.POSITIVE_INFINITY;
    }

    private void choose(int[] labels) {
        float[] least = new float[tokens];
        Arrays.fill(least, Float.POSITIVE_INFINITY);
        Arrays.fill(labels, 0);
        for (int c = 0; c < clusters; c++) {
            for (int t = 0; t < tokens; t++) {
                if (mayWin(c, t) && measured[c][t] < least[t]) {
                    least[t] = measured[c][t];
                    labels[t] = c;
                }
            }
        }
    }
}
