package org.clusca.policy;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One token of each cluster. The tokens of each stream are clustered at full steps by their hidden
 * state where the last MLP has run, starting from the centroids of the time before. Source: ClusCa.
 *
 * @param selector draws tokens; not asked for the nearest
 * @param frameWise whether each latent frame's image tokens are clustered by themselves, {@code
 *     count} clusters in each
 */
public record OnePerCluster(
        int count, Clusterer clusterer, TokenSelector selector, Draw draw, boolean frameWise)
        implements Tokens {
    /**
     * @throws CluscaException INVALID_PARAMETER when {@code count} is not at least 1
     */
    public OnePerCluster {
        Range.require("The number of clusters", count, 1, Range.ANY);
    }

    /** One random token of each cluster. */
    public OnePerCluster(int count, Clusterer clusterer) {
        this(count, clusterer, TokenSelector.ONE_PER_CLUSTER, Draw.BRANCH, false);
    }

    @Override
    public boolean hidden() {
        return true;
    }

    @Override
    public boolean clusters() {
        return true;
    }

    @Override
    public Set<Signal> signals() {
        return draw == Draw.ERROR ? Set.of(Signal.FORECAST_ERROR) : Set.of();
    }

    @Override
    public Session open(GenerationContext context, List<Branch> refreshed) {
        for (Branch branch : refreshed) {
            if (frameWise && branch.id().stream() == Stream.IMAGE) {
                new FrameWise(clusterer, context.frames()).require(branch.tokens(), count);
            }
            require(branch);
        }
        return new Clusters(
                context,
                refreshed.stream().map(branch -> branch.id().stream()).collect(Collectors.toSet()));
    }

    private void require(Branch branch) {
        String stream = branch.id().stream().name().toLowerCase(Locale.ROOT);
        if (branch.id().kind() == BranchKind.PARALLEL) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    branch.id()
                            + " belongs to the "
                            + stream
                            + " stream, which shows no hidden state to cluster; choose its tokens by"
                            + " score or at random, or predict it.");
        }
        if (count > branch.tokens()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "There are to be "
                            + count
                            + " clusters, but the "
                            + stream
                            + " stream has only "
                            + branch.tokens()
                            + " tokens; choose at most "
                            + branch.tokens()
                            + " clusters.");
        }
    }

    private final class Clusters implements Session {
        private final GenerationContext context;
        private final Set<Stream> streams;
        private final Map<Stream, Clustering> clusterings = new EnumMap<>(Stream.class);
        private final Map<Stream, int[][]> nearest = new EnumMap<>(Stream.class);
        private final Map<Integer, int[][]> furthestOff = new HashMap<>();

        /**
         * @param streams whose tokens are chosen
         */
        Clusters(GenerationContext context, Set<Stream> streams) {
            this.context = context;
            this.streams = streams;
        }

        @Override
        public int[][] choose(StepContext step, int branch) {
            Stream stream = context.branches().get(branch).id().stream();
            return switch (draw) {
                case BRANCH -> draw(step, branch, stream);
                // no branch has this number: no draw of one is like it
                case STEP -> draw(step, -1 - stream.ordinal(), stream);
                case NEAREST -> requireNonNull(nearest.get(stream));
                case ERROR -> requireNonNull(furthestOff.get(branch));
            };
        }

        private int[][] draw(StepContext step, int branch, Stream stream) {
            Clustering groups = requireNonNull(clusterings.get(stream));
            int[][] tokens = new int[context.batch()][];
            for (int row = 0; row < tokens.length; row++) {
                tokens[row] =
                        selector.select(context.rowSeed(row), step.index(), branch, row, groups);
            }
            return tokens;
        }

        @Override
        public void observe(Observation observation) {
            observation
                    .states()
                    .forEach(
                            (stream, state) -> {
                                if (streams.contains(stream)) {
                                    Clustering before = clusterings.get(stream);
                                    Clustering groups = cluster(stream, state, before);
                                    clusterings.put(stream, groups);
                                    if (draw == Draw.NEAREST) {
                                        nearest.put(stream, NearestTokens.of(state, groups));
                                    }
                                }
                            });
            observation
                    .signals()
                    .getOrDefault(Signal.FORECAST_ERROR, Map.of())
                    .forEach(this::furthestOff);
        }

        private void furthestOff(int branch, Tensor errors) {
            Stream stream = context.branches().get(branch).id().stream();
            if (streams.contains(stream)) {
                Clustering groups = requireNonNull(clusterings.get(stream));
                furthestOff.put(branch, FurthestOff.of(errors, groups));
            }
        }

        private Clustering cluster(Stream stream, Tensor state, @Nullable Clustering before) {
            List<Long> seeds = context.rowSeeds();
            if (frameWise && stream == Stream.IMAGE) {
                return new FrameWise(clusterer, context.frames())
                        .cluster(state, count, before, seeds);
            }
            return clusterer.cluster(
                    new ClusteringRequest(
                            state,
                            count,
                            // one that finds its own number has none to start that many from
                            before == null || before.clusters() != count
                                    ? null
                                    : before.centroids(),
                            seeds));
        }

        @Override
        public Optional<Clustering> clustering(Stream stream) {
            return Optional.ofNullable(clusterings.get(stream));
        }
    }
}
