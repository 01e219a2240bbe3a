package org.clusca.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cache.Readings;
import org.clusca.api.model.Branch;

/**
 * Measures how much the trunk's residual changes from step to step, and what each block changes;
 * over the whole batch. The thresholds of blocks are the medians over the blocks of a kind.
 */
final class XSlimCalibrator implements Calibrator, ResidualMeasuring.Watch {
    private final Options options;
    private final List<Double> changes = new ArrayList<>();
    private final Map<Integer, List<Double>> blocks = new LinkedHashMap<>();
    private List<Branch> branches = List.of();
    private float[] last = {};

    XSlimCalibrator(Options options) {
        this.options = options;
    }

    @Override
    public CachePolicy measuring() {
        return new ResidualMeasuring(this, true);
    }

    /** Mean absolute changes of the residual, from each step to the next. */
    double[] changes() {
        return changes.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * Mean changes by the blocks of a kind, over all steps.
     *
     * @param joint whether of those on a joint sequence
     */
    double[] blockChanges(boolean joint) {
        return blocks.entrySet().stream()
                .filter(entry -> StableBlocks.joint(entry.getKey(), branches) == joint)
                .mapToDouble(
                        entry ->
                                entry.getValue().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .average()
                                        .orElseThrow())
                .toArray();
    }

    @Override
    public Found found() {
        int first = options.whole("first");
        int steps = changes.size() + 1;
        int last = steps - 1 - options.whole("final");
        if (last < first) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A schedule for xslim leaves steps between the first "
                            + first
                            + " and the last "
                            + options.whole("final")
                            + ", of "
                            + steps
                            + " there are none left. Calibrate more steps, or lower first or"
                            + " final.");
        }
        StepChanges measured = new StepChanges(changes());
        StepPattern coarse =
                measured.coarse(options.real("threshold") * measured.mean(), first, last);
        StepPattern pattern =
                options.text("refresh").equals("true")
                        ? measured.fine(coarse, first, last)
                        : coarse;
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("steps", pattern.letters());
        parameters.put("blocks", number(StepChanges.median(blockChanges(false))));
        parameters.put("joint", number(StepChanges.median(blockChanges(true))));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("parameters", parameters);
        values.put("changes", changes);
        values.put("blockChanges", blockChanges(false));
        values.put("jointChanges", blockChanges(true));
        return new Found(
                values,
                List.of(
                        "schedule    " + pattern.letters(),
                        String.format(
                                Locale.ROOT,
                                "steps       %d full, %d cached, %d refresh blocks, %d tokens",
                                pattern.count(StepPattern.FULL),
                                pattern.count(StepPattern.CACHED),
                                pattern.count(StepPattern.BLOCKS),
                                pattern.count(StepPattern.TOKENS))));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    @Override
    public void begin(List<Branch> network) {
        branches = network;
        changes.clear();
        blocks.clear();
        last = new float[0];
    }

    @Override
    public void changes(Readings readings) {
        for (int block : StableBlocks.blocks(branches)) {
            double change = readings.mean(StableBlocks.change(block));
            blocks.computeIfAbsent(block, b -> new ArrayList<>()).add(change);
        }
    }

    @Override
    public void residual(Tensor residual) {
        float[] values = residual.toArray();
        if (last.length > 0) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += Math.abs(values[i] - last[i]);
            }
            changes.add(sum / values.length);
        }
        last = values;
    }
}
