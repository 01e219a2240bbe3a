package org.clusca.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.clusca.cluster.KMeans;
import org.junit.jupiter.api.Test;

final class FrameWiseTest {
    private static final int FRAMES = 3;
    private static final int EACH = 8;
    private static final int COUNT = 2;
    private static final int BATCH = 2;
    private static final int WIDTH = 4;
    private static final List<Long> SEEDS =
            LongStream.range(0, BATCH).map(row -> 5 + 7 * row).boxed().toList();

    private static Tensor tokens(int tokens) {
        Tensor x = Tensor.zeros(BATCH, tokens, WIDTH);
        Random random = new Random(7);
        for (int i = 0; i < x.size(); i++) {
            x.data().put(i, (float) random.nextGaussian());
        }
        return x;
    }

    private static GenerationContext context(int frames) {
        return new GenerationContext(
                List.of(branch(Stream.IMAGE, FRAMES * EACH), branch(Stream.TEXT, 5)),
                BATCH,
                1,
                4,
                frames,
                10,
                11);
    }

    private static Branch branch(Stream stream, int tokens) {
        BranchId id = new BranchId(0, stream, BranchKind.MLP);
        return new Branch(id, tokens, WIDTH, Cost.NONE, Cost.NONE);
    }

    private static OnePerCluster perFrame(int count) {
        return new OnePerCluster(
                count, KMeans.standard(), TokenSelector.ONE_PER_CLUSTER, Draw.BRANCH, true);
    }

    /** A frame's clusters are those of its tokens alone, numbered behind those of the others. */
    @Test
    void everyFrameIsClusteredByItself() {
        Tensor tokens = tokens(FRAMES * EACH);
        FrameWise frameWise = new FrameWise(KMeans.standard(), FRAMES);
        Clustering first = frameWise.cluster(tokens, COUNT, null, SEEDS);
        Clustering apart =
                KMeans.standard()
                        .cluster(
                                new ClusteringRequest(
                                        tokens.reshape(BATCH * FRAMES, EACH, WIDTH),
                                        COUNT,
                                        null,
                                        frameWise.perFrame(SEEDS)));
        assertThat(first.clusters()).isEqualTo(FRAMES * COUNT);
        assertThat(first.centroids().shape()).containsExactly(BATCH, FRAMES * COUNT, WIDTH);
        for (int row = 0; row < BATCH; row++) {
            for (int token = 0; token < FRAMES * EACH; token++) {
                int frame = token / EACH;
                assertThat(first.labels()[row][token])
                        .isEqualTo(
                                frame * COUNT + apart.labels()[row * FRAMES + frame][token % EACH]);
            }
        }
        // started from where it ended, it stays
        Clustering again = frameWise.cluster(tokens, COUNT, first, SEEDS);
        assertThat(again.labels()).isDeepEqualTo(first.labels());
    }

    @Test
    void choosesFromEveryFrameAndLeavesTextWhole() {
        Tokens.Session session = perFrame(COUNT).open(context(FRAMES), context(FRAMES).branches());
        session.observe(
                new Observation(
                        0,
                        Map.of(
                                Stream.IMAGE, tokens(FRAMES * EACH),
                                Stream.TEXT, tokens(5)),
                        Map.of()));
        StepContext step = new StepContext(1, 10, 500);
        for (int[] chosen : session.choose(step, 0)) {
            int[] perFrame = new int[FRAMES];
            for (int token : chosen) {
                perFrame[token / EACH]++;
            }
            assertThat(Arrays.stream(perFrame)).allSatisfy(n -> assertThat(n).isBetween(1, COUNT));
        }
        assertThat(session.clustering(Stream.TEXT).orElseThrow().clusters()).isEqualTo(COUNT);
        assertThat(session.clustering(Stream.IMAGE).orElseThrow().clusters())
                .isEqualTo(FRAMES * COUNT);
        for (int[] chosen : session.choose(step, 1)) {
            assertThat(chosen.length).isBetween(1, COUNT);
        }
    }

    @Test
    void oneFrameIsAsWithoutTheOption() {
        Tensor tokens = tokens(FRAMES * EACH);
        Clustering whole =
                KMeans.standard().cluster(new ClusteringRequest(tokens, COUNT, null, SEEDS));
        assertThat(new FrameWise(KMeans.standard(), 1).cluster(tokens, COUNT, null, SEEDS).labels())
                .isDeepEqualTo(whole.labels());
    }

    @Test
    void moreClustersThanAFrameHasTokens() {
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> perFrame(EACH + 1).open(context(FRAMES), context(FRAMES).branches()),
                "9 clusters in each of 3 latent frames",
                "only 8 tokens");
    }

    /** Frames of three rows: the third belongs to no square, and none spans two frames. */
    @Test
    void squaresOfTokensLieInOneFrame() {
        float[] score = new float[2 * 3 * 2];
        Arrays.fill(score, 1);
        TokenScore.spread(score, 2, 2, 2, 1);
        assertThat(score).containsExactly(2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1);
    }

    @Test
    void theTagSaysSo() {
        assertThat(ClusCa.builder().frameWise(true).build().tag()).endsWith(",framewise=true");
        assertThat(ClusCa.builder().build().tag()).doesNotContain("framewise");
    }
}
