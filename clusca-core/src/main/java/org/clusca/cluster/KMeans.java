package org.clusca.cluster;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.clusca.api.Parameter;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;

/**
 * The k-means of ClusCa: nearest centroid (of equally near ones the first), then the mean of the
 * members, until no centroid moves noticeably.
 *
 * <p>It follows the published code (github.com/Shenyi-Z/Cache4Diffusion, {@code
 * dit/clusca-dit/cluster_utils/Kmeans.py}). As there, the batch stops as one: all rows go on until
 * the centroids of all agree in the same round, so that {@link Clustering#iterations} is one number
 * for all. On agreement the result is the labels with the centroids that they were computed from;
 * when the rounds run out, the labels with the newer centroids.
 *
 * <p>Rows run in parallel on the common pool. Distances are sums in float32; those that cannot
 * decide a label are left out, which changes no result ({@link NearestCentroids}).
 */
public final class KMeans implements Clusterer {
    static final String NAME = "kmeans";

    static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.whole(
                            "iterations", 100, 1, Integer.MAX_VALUE, "Most passes of one call."),
                    Parameter.real(
                            "tolerance",
                            1e-4,
                            0,
                            1,
                            "Relative movement of a centroid that counts as none."),
                    Parameter.choice("distance", "What nearest means.", "l1", "l2", "cosine"),
                    Parameter.choice(
                            "start",
                            "Random starting tokens: no token twice, or possibly so as published.",
                            "distinct",
                            "repeated"),
                    Parameter.choice(
                            "empty",
                            "Centroid of a cluster without tokens: stays, or becomes zero as"
                                    + " published.",
                            "keep",
                            "zero"));

    private final KMeansSettings settings;

    public KMeans(KMeansSettings settings) {
        this.settings = requireNonNull(settings, "settings is null");
    }

    /** With {@link KMeansSettings#standard()}. */
    public static KMeans standard() {
        return new KMeans(KMeansSettings.standard());
    }

    public KMeansSettings settings() {
        return settings;
    }

    @Override
    public String tag() {
        return Tags.tag(
                NAME,
                PARAMETERS,
                Map.of(
                        "iterations", Integer.toString(settings.iterations()),
                        "tolerance", Parameter.format(settings.tolerance()),
                        "distance", word(settings.distance()),
                        "start", word(settings.start()),
                        "empty", word(settings.empty())));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Clustering cluster(ClusteringRequest request) {
        KMeansRow[] rows = new KMeansRow[request.tokens().dimension(0)];
        Arrays.parallelSetAll(rows, b -> new KMeansRow(settings, request, b));
        for (KMeansRow row : rows) {
            row.requireFinite();
        }
        iterate(rows);
        return result(request, rows);
    }

    /**
     * Brings all rows to the first round in which the centroids of all agree, or to the last one. A
     * row runs ahead alone to its next round of agreement; the farthest of these is the earliest
     * round in which all can agree.
     */
    private void iterate(KMeansRow[] rows) {
        int round = 0;
        int next = 1;
        while (rows.length > 0 && next > round) {
            round = next;
            int target = round;
            each(rows, row -> row.advance(target, settings.iterations()));
            next = Arrays.stream(rows).mapToInt(KMeansRow::round).max().getAsInt();
        }
    }

    private static void each(KMeansRow[] rows, Consumer<KMeansRow> action) {
        Arrays.stream(rows).parallel().forEach(action);
    }

    private static Clustering result(ClusteringRequest request, KMeansRow[] rows) {
        boolean agreed = Arrays.stream(rows).allMatch(KMeansRow::agrees);
        Tensor centroids =
                Tensor.zeros(rows.length, request.clusters(), request.tokens().dimension(2));
        int[][] labels = new int[rows.length][];
        int[] iterations = new int[rows.length];
        for (int b = 0; b < rows.length; b++) {
            FloatBuffer data = centroids.rows(b, b + 1).data();
            for (float[] c : agreed ? rows[b].centroids() : rows[b].newCentroids()) {
                data.put(c);
            }
            labels[b] = rows[b].labels();
            iterations[b] = rows[b].round();
        }
        return new Clustering(labels, request.clusters(), centroids, iterations);
    }
}
