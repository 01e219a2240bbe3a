package org.clusca.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.io.SafetensorsFile;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The k-means against recorded calls of the published code. */
@Tag("golden")
class KMeansGoldenTest {
    private static final String FOLDER = "dit_cache";

    @Test
    void firstCallOfEveryRunWithRecordedTokens() throws IOException {
        List<String> runs = runsWithTokens();
        assertThat(runs).as("ClusCa runs with tokens_first").isNotEmpty();
        for (String run : runs) {
            assertFirstCall(run, Golden.file(FOLDER, run + ".safetensors"));
        }
    }

    private static List<String> runsWithTokens() throws IOException {
        JsonNode all =
                new ObjectMapper().readTree(Golden.folder(FOLDER).resolve("runs.json").toFile());
        List<String> runs = new ArrayList<>();
        all.fieldNames()
                .forEachRemaining(
                        run -> {
                            if (all.get(run).path("policy").asText().equals("clusca")
                                    && Golden.file(FOLDER, run + ".safetensors")
                                            .has("tokens_first")) {
                                runs.add(run);
                            }
                        });
        return runs;
    }

    private static void assertFirstCall(String run, SafetensorsFile file) {
        Tensor tokens = file.tensor("tokens_first");
        int clusters = file.shape("kmeans_init")[1];
        Tensor start = start(tokens, file.longs("kmeans_init"), clusters);

        Clustering result =
                new KMeans(KMeansSettings.published())
                        .cluster(new ClusteringRequest(tokens, clusters, start, 0));

        int count = tokens.dimension(1);
        long[] labels = file.longs("labels");
        for (int b = 0; b < result.labels().length; b++) {
            long[] expected = Arrays.copyOfRange(labels, b * count, (b + 1) * count);
            assertThat(Arrays.stream(result.labels()[b]).asLongStream().toArray())
                    .as("labels of %s, batch row %d", run, b)
                    .isEqualTo(expected);
        }
        assertThat(result.iterations())
                .as("rounds of %s", run)
                .containsOnly((int) file.longs("kmeans_iters")[0]);
        Tensor centroids = file.tensor("centroids").rows(0, 1).reshape(start.shape());
        Golden.assertClose("centroids of " + run, result.centroids(), centroids, 1e-5);
    }

    /** The tokens that the run started from: indices {@code [batch, clusters]}. */
    private static Tensor start(Tensor tokens, long[] indices, int clusters) {
        float[] values = tokens.toArray();
        int count = tokens.dimension(1);
        int channels = tokens.dimension(2);
        Tensor start = Tensor.zeros(tokens.dimension(0), clusters, channels);
        for (int i = 0; i < indices.length; i++) {
            int token = i / clusters * count + (int) indices[i];
            start.data().put(i * channels, values, token * channels, channels);
        }
        return start;
    }
}
