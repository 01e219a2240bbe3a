package org.clusca.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Judgement;
import org.clusca.api.cache.Readings;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.jspecify.annotations.Nullable;

/**
 * The full steps of {@link SpeCa}, after each of which drafts follow, the later of them checked.
 *
 * @param error by which a draft is checked
 * @param stream whether it is that of the residual stream after the last block; else that of the
 *     last block's last branch alone
 * @param threshold of the error
 * @param least drafts after a full step that are not checked
 * @param most drafts in a row
 * @param first leading steps that are full, unless the step before was
 * @param reject whether a draft that fails is run again in full, instead of a full step after it
 */
record Drafts(
        DraftError error,
        boolean stream,
        Falling threshold,
        int least,
        int most,
        int first,
        boolean reject)
        implements When {
    /** A threshold that falls with the steps. */
    record Falling(double start, double decay, double floor) {
        double at(StepContext step) {
            double progress = (step.index() + 1.0) / step.steps();
            return Math.max(floor, start * Math.pow(decay, progress));
        }
    }

    @Override
    public Set<Gauge> gauges(List<Branch> branches) {
        return Set.of(gauge(branches));
    }

    private Gauge gauge(List<Branch> branches) {
        BranchId last = branches.get(branches.size() - 1).id();
        return stream
                ? new Gauge.BlockError(last.block(), error.norm())
                : new Gauge.ForecastError(last, error.norm());
    }

    @Override
    public FullSteps open(GenerationContext context) {
        return new Steps(gauge(context.branches()));
    }

    private final class Steps implements FullSteps {
        private final Gauge gauge;
        private boolean full;
        private boolean checked;

        /** Since the last full step. */
        private int drafts;

        /** Of the last draft that was checked since the last full step; NaN for none. */
        private double lastError = Double.NaN;

        private @Nullable Judgement judgement;

        Steps(Gauge gauge) {
            this.gauge = gauge;
        }

        @Override
        public void begin(StepContext step) {
            judgement = null;
            checked = drafts >= least;
            boolean draft =
                    full || (step.index() >= first && drafts < most && (reject || !failed(step)));
            if (draft) {
                full = false;
                drafts++;
            } else {
                computed(step.index());
            }
        }

        /** Holds the last known error against the threshold of a step. */
        private boolean failed(StepContext step) {
            if (!checked || Double.isNaN(lastError)) {
                return false;
            }
            double limit = threshold.at(step);
            judgement = new Judgement(lastError, lastError, limit, lastError > limit);
            return judgement.exceeded();
        }

        @Override
        public void computed(int index) {
            full = true;
            drafts = 0;
            lastError = Double.NaN;
        }

        @Override
        public boolean full(int index, int block) {
            return full;
        }

        @Override
        public boolean verifies(int index) {
            return checked;
        }

        @Override
        public boolean rejects(StepContext step, Readings readings) {
            if (full || !checked) {
                return false;
            }
            lastError = reject ? readings.max(gauge) : error.mean(readings, gauge);
            boolean rejects = reject && failed(step);
            if (rejects) {
                computed(step.index());
            }
            return rejects;
        }

        @Override
        public Optional<Judgement> judgement() {
            return Optional.ofNullable(judgement);
        }
    }
}
