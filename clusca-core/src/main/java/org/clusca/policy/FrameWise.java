package org.clusca.policy;

import java.util.List;
import java.util.stream.IntStream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.cluster.Seeds;
import org.jspecify.annotations.Nullable;

/**
 * Clusters every latent frame of a video by itself: a cluster never spans two of them. Clusters are
 * numbered through, those of a frame after those of the one before. Source: the option of that name
 * in ClusCa's code for HunyuanVideo, with the offset that it lacks.
 *
 * @param frames in which the tokens of a row lie together
 */
record FrameWise(Clusterer clusterer, int frames) {
    /**
     * @param tokens {@code [batch, tokens, channels]}
     * @param count of clusters of each frame
     * @param seeds of each row
     * @param before what this gave the last time; null the first time
     */
    Clustering cluster(Tensor tokens, int count, @Nullable Clustering before, List<Long> seeds) {
        int batch = tokens.dimension(0);
        int channels = tokens.dimension(2);
        int each = tokens.dimension(1) / frames;
        Tensor start = before == null ? null : before.centroids();
        Clustering apart =
                clusterer.cluster(
                        new ClusteringRequest(
                                tokens.reshape(batch * frames, each, channels),
                                count,
                                start == null
                                        ? null
                                        : start.reshape(batch * frames, count, channels),
                                perFrame(seeds)));
        int[][] labels = new int[batch][frames * each];
        for (int i = 0; i < batch * frames * each; i++) {
            int frame = i / each % frames;
            labels[i / each / frames][i % (frames * each)] =
                    apart.labels()[i / each][i % each] + frame * count;
        }
        int[] iterations = new int[batch];
        for (int i = 0; i < batch * frames; i++) {
            iterations[i / frames] = Math.max(iterations[i / frames], apart.iterations()[i]);
        }
        Tensor centroids = apart.centroids();
        return new Clustering(
                labels,
                frames * count,
                centroids == null ? null : centroids.reshape(batch, frames * count, channels),
                iterations);
    }

    /** The first frame has its row's seed, so that one frame is as without this. */
    List<Long> perFrame(List<Long> seeds) {
        return seeds.stream()
                .flatMap(
                        seed ->
                                IntStream.range(0, frames)
                                        .mapToObj(
                                                frame ->
                                                        frame == 0
                                                                ? seed
                                                                : Seeds.stream(seed, frame)
                                                                        .nextLong()))
                .toList();
    }

    /**
     * @throws CluscaException INVALID_PARAMETER when there are fewer tokens than clusters
     */
    void require(int tokens, int count) {
        if (tokens % frames != 0 || count > tokens / frames) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "There are to be "
                            + count
                            + " clusters in each of "
                            + frames
                            + " latent frames, but a frame has only "
                            + tokens / frames
                            + " tokens; choose fewer clusters.");
        }
    }
}
