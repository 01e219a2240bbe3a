package org.clusca.policy;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the highest score: importance, plus {@code staleness} times the share of the
 * interval since the token was last computed, and a bonus for the best token of every 2x2 cell of
 * the picture. Source: ToCa.
 *
 * @param ratio base share of the tokens
 * @param interval what staleness is measured by
 * @param divisor last layer's number in the ratio schedule; 0 for the model's own
 * @param randomScores draws the importance for {@link Importance#RANDOM}
 */
public record TopScore(
        Importance importance,
        double ratio,
        RatioSchedule schedule,
        int interval,
        double staleness,
        double bonus,
        int divisor,
        RandomScores randomScores)
        implements Tokens {
    private static final int CELL = 2;

    /**
     * @throws CluscaException INVALID_PARAMETER for a value out of range
     */
    public TopScore {
        Range.require("The share of the tokens", ratio, 0, 1);
        Range.require("The interval that staleness is measured by", interval, 1, Range.ANY);
        Range.require("The weight of staleness", staleness, 0, Range.ANY);
        Range.require("The bonus", bonus, 0, Range.ANY);
        Range.require("The last layer's number", divisor, 0, Range.ANY);
    }

    /** Draws that depend on the image's seed, step and branch alone. */
    public static final RandomScores SEEDED =
            (seed, step, branch, image, tokens) ->
                    TokenScore.random(Draws.at(seed, step, branch), tokens);

    /** What makes a token important. */
    public enum Importance {
        /** Attention received in the last computed map. */
        ATTENTION(Signal.ATTENTION_RECEIVED, 0, 1),
        /** A small norm of its key. */
        KNORM(Signal.KEY_NORM, 1, -1),
        /** A small norm of its value; published as kv-norm. */
        VNORM(Signal.VALUE_NORM, 1, -1),
        /**
         * What the branch adds points elsewhere than the token does, by the cosine. Seen when the
         * branch was last computed; the published code compares the token of the cached step with
         * the cached output.
         */
        SIMILARITY(Signal.DISSIMILARITY, 0, 1),
        /** Chance, the same for both rows of an image under guidance. */
        RANDOM(null, 0, 1);

        private final @Nullable Signal signal;
        private final float offset;
        private final float factor;

        /**
         * @param offset with {@code factor}, makes a score that is high for an important token
         */
        Importance(@Nullable Signal signal, float offset, float factor) {
            this.signal = signal;
            this.offset = offset;
            this.factor = factor;
        }

        /** The branch that shows what is important to {@code id}. */
        BranchId shownBy(BranchId id) {
            return signal != null && !signal.shownBy(id.kind())
                    ? new BranchId(id.block(), id.stream(), BranchKind.ATTENTION)
                    : id;
        }

        float[] score(Tensor shown, int row) {
            return TokenScore.normalized(shown, row, offset, factor);
        }

        /** The word in tags. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The words in tags, the default first. */
        static String[] words() {
            return Arrays.stream(values()).map(Importance::word).toArray(String[]::new);
        }

        static Importance of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Draws the importance of an image's tokens. */
    @FunctionalInterface
    public interface RandomScores {
        /**
         * @param seed of the image's own
         * @param image number of the image; both of its rows under guidance share the draw
         * @return one number per token
         */
        float[] draw(long seed, int step, int branch, int image, int tokens);
    }

    @Override
    public Set<Signal> signals() {
        return importance.signal == null ? Set.of() : Set.of(importance.signal);
    }

    @Override
    public Session open(GenerationContext context, List<Branch> refreshed) {
        Signal needed = importance.signal;
        if (needed != null
                && context.branches().stream()
                        .noneMatch(branch -> needed.shownBy(branch.id().kind()))) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Choosing tokens by "
                            + importance.word()
                            + " needs "
                            + needed
                            + ", but the model has no branch that shows it; choose them at random.");
        }
        return new Scores(context);
    }

    private final class Scores implements Session {
        private final GenerationContext context;

        /** {@code [branch][batch][tokens]}: cached steps since the token was last computed. */
        private final int[][][] age;

        /** By the branch that showed them, copied when last observed. */
        private final Map<BranchId, Tensor> signals = new HashMap<>();

        Scores(GenerationContext context) {
            this.context = context;
            List<Branch> branches = context.branches();
            age = new int[branches.size()][][];
            for (int i = 0; i < age.length; i++) {
                age[i] = new int[context.batch()][branches.get(i).tokens()];
            }
        }

        @Override
        public void computed(int branch) {
            for (int[] row : age[branch]) {
                Arrays.fill(row, 0);
            }
        }

        @Override
        public int[][] choose(StepContext step, int index) {
            Branch branch = context.branches().get(index);
            int countdown = step.steps() - 1 - step.index();
            int count =
                    schedule.tokens(
                            ratio,
                            countdown,
                            step.steps(),
                            branch.id().block() - block(branch, Math::min),
                            divisor > 0
                                    ? divisor
                                    : block(branch, Math::max) - block(branch, Math::min),
                            branch);
            int[][] chosen = new int[context.batch()][];
            for (int row = 0; row < chosen.length; row++) {
                int[] ages = age[index][row];
                float[] scores = importance(step.index(), index, branch, row);
                for (int t = 0; t < scores.length; t++) {
                    scores[t] += (float) staleness * ((float) ages[t] / interval);
                    ages[t]++;
                }
                if (branch.id().stream() == Stream.IMAGE) {
                    TokenScore.spread(
                            scores, context.frames(), context.gridWidth(), CELL, (float) bonus);
                }
                chosen[row] = TokenScore.top(scores, count);
                for (int token : chosen[row]) {
                    ages[token] = 0;
                }
            }
            return chosen;
        }

        /** The first or last block that has branches of the same stream. */
        private int block(Branch branch, IntBinaryOperator which) {
            return context.branches().stream()
                    .filter(other -> other.id().stream() == branch.id().stream())
                    .mapToInt(other -> other.id().block())
                    .reduce(which)
                    .orElseThrow();
        }

        private float[] importance(int step, int index, Branch branch, int row) {
            if (importance == Importance.RANDOM) {
                return randomScores
                        .draw(
                                context.imageSeed(row),
                                step,
                                index,
                                row / context.rowsPerImage(),
                                branch.tokens())
                        .clone();
            }
            return importance.score(
                    requireNonNull(signals.get(importance.shownBy(branch.id()))), row);
        }

        @Override
        public void observe(Observation observation) {
            observation
                    .signals()
                    .getOrDefault(importance.signal, Map.of())
                    .forEach(
                            (index, tensor) ->
                                    signals.put(
                                            context.branches().get(index).id(),
                                            Tensor.of(tensor.toArray(), tensor.shape())));
        }
    }
}
