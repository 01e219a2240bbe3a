package org.clusca.policy;

import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;

/**
 * One choice for both rows that an image has under guidance, since guidance multiplies what differs
 * between them. The choice sees images in place of rows: hidden states of an image's rows side by
 * side as channels, signals as their mean.
 */
final class SharedRows implements Tokens.Session {
    private final Tokens.Session images;
    private final int rows;

    private SharedRows(Tokens.Session images, int rows) {
        this.images = images;
        this.rows = rows;
    }

    static Tokens.Session open(Tokens tokens, GenerationContext context, List<Branch> refreshed) {
        int rows = context.rowsPerImage();
        if (rows == 1) {
            return tokens.open(context, refreshed);
        }
        return new SharedRows(tokens.open(context.perImage(), refreshed), rows);
    }

    @Override
    public int[][] choose(StepContext step, int branch) {
        return repeated(images.choose(step, branch));
    }

    @Override
    public void computed(int branch) {
        images.computed(branch);
    }

    @Override
    public void observe(Observation observation) {
        Map<Stream, Tensor> states = new EnumMap<>(Stream.class);
        observation.states().forEach((stream, state) -> states.put(stream, sideBySide(state)));
        Map<Signal, Map<Integer, Tensor>> signals = new EnumMap<>(Signal.class);
        observation
                .signals()
                .forEach(
                        (signal, shown) -> {
                            Map<Integer, Tensor> means = new HashMap<>();
                            shown.forEach((branch, tensor) -> means.put(branch, mean(tensor)));
                            signals.put(signal, means);
                        });
        Map<Place, Tensor> places = new HashMap<>();
        observation.places().forEach((place, kept) -> places.put(place, sideBySide(kept)));
        images.observe(new Observation(observation.index(), states, signals, places));
    }

    @Override
    public Optional<Clustering> clustering(Stream stream) {
        return images.clustering(stream)
                .map(
                        groups ->
                                new Clustering(
                                        repeated(groups.labels()),
                                        groups.clusters(),
                                        null,
                                        groups.iterations()));
    }

    private int[][] repeated(int[][] perImage) {
        int[][] perRow = new int[perImage.length * rows][];
        for (int row = 0; row < perRow.length; row++) {
            perRow[row] = perImage[row / rows];
        }
        return perRow;
    }

    /** {@code [batch, tokens, channels]} to {@code [images, tokens, rows * channels]}. */
    private Tensor sideBySide(Tensor state) {
        int tokens = state.dimension(1);
        int channels = state.dimension(2);
        Tensor joined = Tensor.zeros(state.dimension(0) / rows, tokens, rows * channels);
        for (int row = 0; row < state.dimension(0); row++) {
            for (int token = 0; token < tokens; token++) {
                int to = ((row / rows * tokens + token) * rows + row % rows) * channels;
                joined.data().put(to, state.data(), (row * tokens + token) * channels, channels);
            }
        }
        return joined;
    }

    /** {@code [batch, tokens]} to {@code [images, tokens]}. */
    private Tensor mean(Tensor shown) {
        int tokens = shown.dimension(1);
        Tensor mean = Tensor.zeros(shown.dimension(0) / rows, tokens);
        FloatBuffer sums = mean.data();
        for (int i = 0; i < shown.size(); i++) {
            int to = i / tokens / rows * tokens + i % tokens;
            sums.put(to, sums.get(to) + shown.data().get(i) / rows);
        }
        return mean;
    }
}
