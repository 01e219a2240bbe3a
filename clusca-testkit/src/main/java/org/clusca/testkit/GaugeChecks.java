package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.StepContext;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Generated;
import org.clusca.testkit.RecordingLinker.Written;

/**
 * What gauges showed in a generation, against plain computations from the network's own values at
 * its latents.
 *
 * @param conditions of every row of the batch
 * @param steps with what was shown at each
 */
record GaugeChecks(
        Network network,
        TransformerSpec spec,
        List<Condition> conditions,
        List<StepContext> steps,
        Generated generated) {
    /** Whose forecast is measured; every network has it. */
    static final BranchId BRANCH = new BranchId(0, Stream.IMAGE, BranchKind.ATTENTION);

    private static final double TOLERANCE = 1e-3;

    /** The first block's modulated input, from step to step. */
    void inputChange() {
        // what goes into the first step is not among the latents
        for (int step = 2; step < steps.size(); step++) {
            shows(
                    step,
                    Gauge.InputChange::new,
                    image(step, linker -> linker.inputs().get(0)),
                    image(step - 1, linker -> linker.inputs().get(0)));
        }
    }

    /** What the first block adds, when every other step was computed in full. */
    void residualChange() {
        for (int step = 3; step < steps.size(); step++) {
            int full = step - 1 - (step - 1) % 2;
            shows(step, norm -> new Gauge.ResidualChange(1, norm), residual(step), residual(full));
        }
    }

    private Tensor residual(int step) {
        Tensor begun = image(step, linker -> first(linker).get(0).part().x());
        Tensor residual = image(step, GaugeChecks::ended);
        for (int i = 0; i < begun.size(); i++) {
            residual.data().put(i, residual.data().get(i) - begun.data().get(i));
        }
        return residual;
    }

    /** The first block's attention, forecast by what it gave at the full step before. */
    void forecastError() {
        for (int step = 3; step < steps.size(); step += 2) {
            shows(
                    step,
                    norm -> new Gauge.ForecastError(BRANCH, norm),
                    image(step - 1, GaugeChecks::output),
                    image(step, GaugeChecks::output));
        }
    }

    private static Value output(RecordingLinker linker) {
        return linker.written().stream()
                .filter(written -> written.id().equals(BRANCH))
                .findFirst()
                .orElseThrow()
                .output();
    }

    /** The first block, forecast by what it gave at the full step before. */
    void blockError() {
        for (int step = 3; step < steps.size(); step += 2) {
            Tensor draft = image(step, linker -> first(linker).get(0).part().x());
            int width = draft.dimension(2);
            int count = first(network.written()).size();
            for (int branch = 0; branch < count; branch++) {
                int index = branch;
                Tensor forecast = image(step - 1, linker -> first(linker).get(index).output());
                Tensor gate =
                        first(network.written()).get(index).part().gated()
                                ? value(
                                        step,
                                        linker -> first(linker).get(index).part().gate(),
                                        conditions.size(),
                                        1,
                                        width)
                                : null;
                int row = draft.size() / conditions.size();
                for (int i = 0; i < draft.size(); i++) {
                    float factor = gate == null ? 1 : gate.data().get(i / row * width + i % width);
                    draft.data().put(i, draft.data().get(i) + factor * forecast.data().get(i));
                }
            }
            shows(
                    step,
                    norm -> new Gauge.BlockError(0, norm),
                    draft,
                    image(step, GaugeChecks::ended));
        }
    }

    /** What the first block does at steps that compute it. */
    void blockChange() {
        for (int step = 2; step < steps.size(); step += 2) {
            shows(
                    step,
                    norm -> new Gauge.BlockChange(0, norm),
                    image(step, GaugeChecks::ended),
                    image(step, linker -> first(linker).get(0).part().x()));
        }
    }

    /** The first block's branches on the image stream. */
    private static List<Written> first(RecordingLinker linker) {
        List<Written> branches = new ArrayList<>();
        for (Written written : linker.written()) {
            if (written.id().block() == 0 && written.id().stream() == Stream.IMAGE) {
                branches.add(written);
            }
        }
        return branches;
    }

    private static Value ended(RecordingLinker linker) {
        List<Written> branches = first(linker);
        return branches.get(branches.size() - 1).sum();
    }

    private Tensor image(int step, Function<RecordingLinker, Value> chosen) {
        return value(
                step,
                chosen,
                conditions.size(),
                spec.tokens(Stream.IMAGE),
                spec.branches().get(0).width());
    }

    private Tensor value(int step, Function<RecordingLinker, Value> chosen, int... shape) {
        return network.value(
                chosen,
                generated.stepLatents().get(step - 1),
                network.modulation(steps.get(step).timestep(), conditions),
                conditions,
                shape);
    }

    private void shows(int step, Function<Norm, Gauge> gauge, Tensor a, Tensor b) {
        for (Norm norm : Norm.values()) {
            Gauge read = gauge.apply(norm);
            Checks.close(
                    read + " at step " + step,
                    steps.get(step).ahead().values().get(read),
                    Distances.of(norm, a, b),
                    TOLERANCE);
        }
    }
}
