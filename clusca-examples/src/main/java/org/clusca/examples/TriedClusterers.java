package org.clusca.examples;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.cluster.KMeans;
import org.clusca.cluster.KMeansSettings;

/** Clusterers that {@link CompareClusterers} sets against those of the library. */
final class TriedClusterers {
    /** How much more than all other channels together the positions vary. */
    private static final double SPREAD = 4;

    private TriedClusterers() {}

    static List<Clusterer> all() {
        return List.of(
                new Cells(),
                new Balanced(1.5),
                new Changed("positions", TriedClusterers::positions));
    }

    private static KMeans euclidean() {
        return new KMeans(
                new KMeansSettings(
                        100,
                        1e-4,
                        KMeansSettings.Distance.L2,
                        KMeansSettings.Start.DISTINCT,
                        KMeansSettings.Empty.KEEP));
    }

    private static float[][] row(Tensor tensor, int batchRow) {
        float[][] row = new float[tensor.dimension(1)][tensor.dimension(2)];
        for (int i = 0; i < row.length; i++) {
            tensor.data().get((batchRow * row.length + i) * row[i].length, row[i]);
        }
        return row;
    }

    /** Rectangles of the picture, whatever the tokens hold; the picture is square. */
    private record Cells() implements Clusterer {
        @Override
        public String tag() {
            return "cells";
        }

        @Override
        public Clustering cluster(ClusteringRequest request) {
            int tokens = request.tokens().dimension(1);
            int side = (int) Math.round(Math.sqrt(tokens));
            int rows = (int) Math.sqrt(request.clusters());
            while (request.clusters() % rows != 0) {
                rows--;
            }
            int columns = request.clusters() / rows;
            int[][] labels = new int[request.tokens().dimension(0)][tokens];
            for (int[] row : labels) {
                for (int i = 0; i < tokens; i++) {
                    row[i] = i / side * rows / side * columns + i % side * columns / side;
                }
            }
            return new Clustering(labels, request.clusters(), null, new int[labels.length]);
        }
    }

    /** Euclidean k-means of what a function makes of the tokens of a picture; starts anew. */
    private record Changed(String tag, UnaryOperator<float[][]> change) implements Clusterer {
        @Override
        public Clustering cluster(ClusteringRequest request) {
            Tensor tokens = request.tokens();
            float[][][] changed = new float[tokens.dimension(0)][][];
            Arrays.setAll(changed, b -> change.apply(row(tokens, b)));
            int count = tokens.dimension(1);
            int channels = changed[0][0].length;
            Tensor all = Tensor.zeros(changed.length, count, channels);
            for (int b = 0; b < changed.length; b++) {
                for (int i = 0; i < count; i++) {
                    all.data().put((b * count + i) * channels, changed[b][i]);
                }
            }
            Clustering clustering =
                    euclidean()
                            .cluster(
                                    new ClusteringRequest(
                                            all, request.clusters(), null, request.seed()));
            return new Clustering(
                    clustering.labels(), request.clusters(), null, clustering.iterations());
        }
    }

    /** Row and column of a token as two more channels that decide more than all others together. */
    private static float[][] positions(float[][] tokens) {
        int channels = tokens[0].length;
        int side = (int) Math.round(Math.sqrt(tokens.length));
        double ofPositions = (side * side - 1) / 6.0;
        double factor = SPREAD * Math.sqrt(variance(tokens) / ofPositions);
        float[][] changed = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            changed[i] = Arrays.copyOf(tokens[i], channels + 2);
            changed[i][channels] = (float) (factor * (i / side));
            changed[i][channels + 1] = (float) (factor * (i % side));
        }
        return changed;
    }

    /** Of all channels together. */
    private static double variance(float[][] tokens) {
        double sum = 0;
        for (int d = 0; d < tokens[0].length; d++) {
            double mean = 0;
            double squares = 0;
            for (float[] token : tokens) {
                mean += token[d] / tokens.length;
                squares += (double) token[d] * token[d] / tokens.length;
            }
            sum += squares - mean * mean;
        }
        return sum;
    }

    /**
     * Euclidean k-means, then rounds in which no cluster takes more than {@code room} times its
     * even share: tokens choose in the order of what they lose by their second choice.
     */
    private record Balanced(double room) implements Clusterer {
        private static final int ROUNDS = 10;

        @Override
        public String tag() {
            return "balanced";
        }

        @Override
        public Clustering cluster(ClusteringRequest request) {
            Clustering loose = euclidean().cluster(request);
            int tokens = request.tokens().dimension(1);
            int most = (int) Math.ceil(room * tokens / request.clusters());
            int[][] labels = new int[request.tokens().dimension(0)][];
            for (int b = 0; b < labels.length; b++) {
                float[][] row = row(request.tokens(), b);
                float[][] centroids = row(requireNonNull(loose.centroids()), b);
                for (int round = 0; round < ROUNDS; round++) {
                    labels[b] = assign(row, centroids, most);
                    move(row, labels[b], centroids);
                }
            }
            return new Clustering(
                    labels, request.clusters(), loose.centroids(), loose.iterations());
        }

        private static int[] assign(float[][] tokens, float[][] centroids, int most) {
            double[][] distances = new double[tokens.length][centroids.length];
            double[] loss = new double[tokens.length];
            for (int i = 0; i < tokens.length; i++) {
                for (int c = 0; c < centroids.length; c++) {
                    distances[i][c] = distance(tokens[i], centroids[c]);
                }
                double[] sorted = distances[i].clone();
                Arrays.sort(sorted);
                loss[i] = sorted[Math.min(1, sorted.length - 1)] - sorted[0];
            }
            Integer[] order = new Integer[tokens.length];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Double.compare(loss[b], loss[a]));
            int[] sizes = new int[centroids.length];
            int[] labels = new int[tokens.length];
            for (int i : order) {
                int best = -1;
                for (int c = 0; c < centroids.length; c++) {
                    boolean nearer = best < 0 || distances[i][c] < distances[i][best];
                    best = sizes[c] < most && nearer ? c : best;
                }
                labels[i] = best;
                sizes[best]++;
            }
            return labels;
        }

        private static double distance(float[] a, float[] b) {
            double squares = 0;
            for (int d = 0; d < a.length; d++) {
                double difference = a[d] - b[d];
                squares += difference * difference;
            }
            return Math.sqrt(squares);
        }

        private static void move(float[][] tokens, int[] labels, float[][] centroids) {
            for (int c = 0; c < centroids.length; c++) {
                double[] sum = new double[centroids[c].length];
                int members = 0;
                for (int i = 0; i < tokens.length; i++) {
                    for (int d = 0; labels[i] == c && d < sum.length; d++) {
                        sum[d] += tokens[i][d];
                    }
                    members += labels[i] == c ? 1 : 0;
                }
                for (int d = 0; members > 0 && d < sum.length; d++) {
                    centroids[c][d] = (float) (sum[d] / members);
                }
            }
        }
    }
}
