package org.clusca.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Merge;
import org.clusca.api.cache.Observation;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;

/**
 * ToCa (arXiv 2410.05317): between full steps attention is reused, and of each MLP the tokens of
 * the highest score are computed and replace theirs in the cache. The score is what {@link Score}
 * says, plus {@code staleness} times the share of the interval since the token was last computed,
 * and a bonus for the best token of every 2x2 cell of the picture.
 */
public final class ToCa implements CachePolicy {
    /** What makes a token important. */
    public enum Score {
        /** Attention received in the last computed map. */
        ATTENTION(Signal.ATTENTION_RECEIVED),
        /** A small norm of its key. */
        KNORM(Signal.KEY_NORM),
        /** A small norm of its value; published as kv-norm. */
        VNORM(Signal.VALUE_NORM),
        /** Chance, the same for both rows of an image. */
        RANDOM(null);

        private final Signal signal;

        Score(Signal signal) {
            this.signal = signal;
        }
    }

    static final List<Parameter> PARAMETERS =
            List.of(
                    Parameter.whole(
                            "interval",
                            3,
                            1,
                            1000,
                            "Base of the steps from one full step to the next."),
                    Parameter.real(
                            "ratio",
                            0.07,
                            0,
                            1,
                            "Base share of the tokens computed on a cached step."),
                    Parameter.choice(
                            "score",
                            "What makes a token important.",
                            "attention",
                            "knorm",
                            "vnorm",
                            "random"),
                    Parameter.choice(
                            "schedule",
                            "How the ratio changes over steps and layers.",
                            "ddim50",
                            "ddpm250",
                            "constant"),
                    Parameter.real(
                            "staleness",
                            0.25,
                            0,
                            100,
                            "Weight of the steps since a token was last computed."),
                    Parameter.real(
                            "bonus",
                            0.6,
                            0,
                            100,
                            "Extra score, as a share, of the best token of a 2x2 cell."),
                    Parameter.choice(
                            "decide",
                            "Whether a step is full: once, or in every layer as published.",
                            "step",
                            "layer"),
                    Parameter.whole(
                            "divisor",
                            0,
                            0,
                            1000,
                            "Last layer's number in the ratio schedule; 0 for the model's own, 27 as published."));

    private static final int CELL = 2;
    private static final Taylor REUSE = new Taylor(0);

    private final Map<String, String> given;
    private final int interval;
    private final double ratio;
    private final Score score;
    private final RatioSchedule schedule;
    private final float staleness;
    private final float bonus;
    private final boolean perLayer;
    private final int divisor;
    private final RandomScores randomScores;

    /** Draws the scores of {@link Score#RANDOM}. */
    @FunctionalInterface
    public interface RandomScores {
        /**
         * @param image number of the image; both of its rows under guidance share the draw
         * @return one number per token
         */
        float[] draw(long seed, int step, int branch, int image, int tokens);
    }

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     */
    public ToCa(Map<String, String> given) {
        this(
                given,
                (seed, step, branch, image, tokens) ->
                        TokenScore.random(
                                new SplittableRandom(
                                        ((seed * 1_000_003 + step) * 1_000_003 + branch) * 1_000_003
                                                + image),
                                tokens));
    }

    /**
     * @param given parameters by name, as in a tag; the others have their defaults
     * @param randomScores draws the scores of {@link Score#RANDOM}
     */
    public ToCa(Map<String, String> given, RandomScores randomScores) {
        Options options = Options.resolve("policy toca", PARAMETERS, given);
        this.given = Map.copyOf(given);
        interval = options.whole("interval");
        ratio = options.real("ratio");
        score = Score.valueOf(options.text("score").toUpperCase(Locale.ROOT));
        schedule = RatioSchedule.valueOf(options.text("schedule").toUpperCase(Locale.ROOT));
        staleness = (float) options.real("staleness");
        bonus = (float) options.real("bonus");
        perLayer = options.text("decide").equals("layer");
        divisor = options.whole("divisor");
        this.randomScores = randomScores;
    }

    @Override
    public String tag() {
        StringBuilder tag =
                new StringBuilder(
                        "toca:interval=" + interval + ",ratio=" + Parameter.format(ratio));
        for (Parameter parameter : PARAMETERS.subList(2, PARAMETERS.size())) {
            String value = given.get(parameter.name());
            if (value != null && !value.equals(parameter.defaultValue())) {
                tag.append(',').append(parameter.name()).append('=').append(value);
            }
        }
        return tag.toString();
    }

    @Override
    public Requirements requirements() {
        return new Requirements(
                0, true, false, score.signal == null ? Set.of() : Set.of(score.signal));
    }

    @Override
    public CacheSession open(GenerationContext context) {
        boolean seen =
                context.branches().stream()
                        .anyMatch(branch -> branch.id().kind() == BranchKind.ATTENTION);
        if (score.signal != null && !seen) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Policy toca with score="
                            + score.name().toLowerCase(Locale.ROOT)
                            + " needs "
                            + score.signal
                            + ", but the model has no attention branch that shows it; choose score=random.");
        }
        return new Session(context);
    }

    private final class Session implements CacheSession {
        private final GenerationContext context;
        private final ToCaSteps full;
        private final int lastLayer;

        /**
         * Of every MLP {@code [branch][batch][tokens]}: cached steps since the token was last
         * computed.
         */
        private final int[][][] age;

        /** Copied: what was observed at the last full step, by block. */
        private final Map<Integer, Tensor> signals = new HashMap<>();

        Session(GenerationContext context) {
            this.context = context;
            full = new ToCaSteps(interval, context.steps(), perLayer);
            List<Branch> branches = context.branches();
            lastLayer = divisor > 0 ? divisor : branches.get(branches.size() - 1).id().block();
            age = new int[branches.size()][][];
            for (int i = 0; i < age.length; i++) {
                age[i] = new int[context.batch()][branches.get(i).tokens()];
            }
        }

        @Override
        public StepPlan plan(StepContext step) {
            List<Action> actions = new ArrayList<>();
            for (int i = 0; i < context.branches().size(); i++) {
                Branch branch = context.branches().get(i);
                if (full.full(step.index(), branch.id().block())) {
                    for (int[] row : age[i]) {
                        Arrays.fill(row, 0);
                    }
                    actions.add(new Action.Compute(true));
                } else if (branch.id().kind() == BranchKind.MLP) {
                    actions.add(
                            new Action.ComputeTokens(
                                    tokens(step, i, branch), new Merge.Replace(), REUSE));
                } else {
                    actions.add(new Action.Predict(REUSE));
                }
            }
            return new StepPlan(actions, score.signal != null && full.anyFull(step.index()));
        }

        private int[][] tokens(StepContext step, int index, Branch branch) {
            int count =
                    schedule.tokens(
                            ratio,
                            step.steps() - 1 - step.index(),
                            step.steps(),
                            branch.id().block(),
                            lastLayer,
                            branch.tokens());
            int[][] chosen = new int[context.batch()][];
            for (int row = 0; row < chosen.length; row++) {
                float[] scores = base(step.index(), index, branch, row);
                for (int t = 0; t < scores.length; t++) {
                    scores[t] += staleness * ((float) age[index][row][t] / interval);
                }
                TokenScore.spread(scores, (int) Math.round(Math.sqrt(scores.length)), CELL, bonus);
                chosen[row] = TokenScore.top(scores, count);
                for (int t = 0; t < scores.length; t++) {
                    age[index][row][t]++;
                }
                for (int token : chosen[row]) {
                    age[index][row][token] = 0;
                }
            }
            return chosen;
        }

        private float[] base(int step, int index, Branch branch, int row) {
            if (score == Score.RANDOM) {
                // both rows of an image under guidance choose alike
                return randomScores.draw(
                        context.seed(), step, index, row / context.rowsPerImage(), branch.tokens());
            }
            Tensor signal = signals.get(branch.id().block());
            return score == Score.ATTENTION
                    ? TokenScore.normalized(signal, row, 0, 1)
                    : TokenScore.normalized(signal, row, 1, -1);
        }

        @Override
        public void observe(Observation observation) {
            observation
                    .signals()
                    .getOrDefault(score.signal, Map.of())
                    .forEach(
                            (index, tensor) ->
                                    signals.put(
                                            context.branches().get(index).id().block(),
                                            Tensor.of(tensor.toArray(), tensor.shape())));
        }
    }
}
