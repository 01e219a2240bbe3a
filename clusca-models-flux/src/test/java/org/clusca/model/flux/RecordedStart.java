package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;

/**
 * The published k-means from the recorded tokens. At every full step the image stream is clustered,
 * then the text stream.
 */
final class RecordedStart implements Clusterer {
    private static final double TOLERANCE = 1e-4;

    /** With the rounds of the published code. */
    private static final String PUBLISHED = "kmeans(empty=zero,iterations=10)";

    private final SafetensorsFile golden;
    private final Clusterer published = Clusca.create().clusterer(PUBLISHED);
    private final List<Clustering> made = new ArrayList<>();

    RecordedStart(SafetensorsFile golden) {
        this.golden = golden;
    }

    @Override
    public String tag() {
        return "recorded";
    }

    @Override
    public Clustering cluster(ClusteringRequest request) {
        Tensor start = request.start() == null ? recorded(request) : request.start();
        Clustering clustering =
                published.cluster(
                        new ClusteringRequest(
                                request.tokens(), request.clusters(), start, request.seed()));
        made.add(clustering);
        return clustering;
    }

    private String stream() {
        return made.size() % 2 == 0 ? "img" : "txt";
    }

    private Tensor recorded(ClusteringRequest request) {
        long[] tokens = golden.longs("kmeans_init_" + stream());
        Tensor from = request.tokens();
        int channels = from.dimension(2);
        Tensor start = Tensor.zeros(1, tokens.length, channels);
        for (int i = 0; i < tokens.length; i++) {
            int token = (int) tokens[i];
            start.data().put(i * channels, from.data(), token * channels, channels);
        }
        return start;
    }

    void assertAll() {
        for (int call = 0; call < made.size(); call++) {
            String stream = call % 2 == 0 ? "img" : "txt";
            int tokens = golden.shape("labels_" + stream)[2];
            long[] labels = golden.longs("labels_" + stream);
            int from = call / 2 * tokens;
            assertThat(made.get(call).labels()[0])
                    .as("labels of call %s of %s", call / 2, stream)
                    .containsExactly(
                            Arrays.stream(labels, from, from + tokens)
                                    .mapToInt(Math::toIntExact)
                                    .toArray());
            Golden.assertClose(
                    "centroids of call " + call / 2 + " of " + stream,
                    made.get(call).centroids(),
                    golden.tensor("centroids_" + stream)
                            .rows(call / 2, call / 2 + 1)
                            .reshape(made.get(call).centroids().shape()),
                    TOLERANCE);
            assertThat(made.get(call).iterations()[0])
                    .as("rounds of call %s of %s", call / 2, stream)
                    .isEqualTo((int) golden.longs("kmeans_iters_" + stream)[call / 2]);
        }
        boolean clusters = golden.has("labels_img");
        assertThat(made).hasSize(clusters ? 2 * golden.shape("labels_img")[0] : 0);
    }
}
