package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.OnnxSession;

/**
 * The modulation of every step of one generation. It depends on timestep and condition alone, so it
 * is computed ahead, many rows at once (a tenth of the time of one step after the other), and once
 * for conditions that repeat within the batch.
 */
final class ModulationTable {
    /** Rows of one run; bounds the memory of large batches with many conditions. */
    private static final int ROWS = 128;

    /** Numbers that one run gives, for networks with many. */
    private static final int NUMBERS = 32 << 20;

    private final OnnxSession session;
    private final TransformerSpec spec;
    private final double[] timesteps;
    private final List<Condition> distinct = new ArrayList<>();
    private final int[] rowOf;
    private final int stepsAtOnce;
    private Tensor chunk = Tensor.zeros(0, 0);
    private int chunkStart;
    private int chunkSteps;

    /**
     * @param batch condition of every row of the network's batch
     */
    ModulationTable(
            OnnxSession session, TransformerSpec spec, double[] timesteps, List<Condition> batch) {
        this.session = session;
        this.spec = spec;
        this.timesteps = timesteps;
        Map<Condition, Integer> known = new IdentityHashMap<>();
        rowOf = new int[batch.size()];
        for (int i = 0; i < rowOf.length; i++) {
            Condition condition = batch.get(i);
            Integer row = known.get(condition);
            if (row == null) {
                row = distinct.size();
                known.put(condition, row);
                distinct.add(condition);
            }
            rowOf[i] = row;
        }
        int rows = Math.min(ROWS, NUMBERS / spec.modulationWidth());
        stepsAtOnce = Math.max(1, rows / distinct.size());
    }

    /** Rows that this generation runs through the session, all told. */
    long rows() {
        return (long) distinct.size() * timesteps.length;
    }

    /** Writes the vectors of one step. @param target {@code [batch, modulationWidth]} */
    void fill(int step, Tensor target) {
        if (step < chunkStart || step >= chunkStart + chunkSteps) {
            compute(step);
        }
        int width = spec.modulationWidth();
        for (int b = 0; b < rowOf.length; b++) {
            int row = (step - chunkStart) * distinct.size() + rowOf[b];
            target.data().put(b * width, chunk.data(), row * width, width);
        }
    }

    private void compute(int first) {
        int steps = Math.min(stepsAtOnce, timesteps.length - first);
        int rows = steps * distinct.size();
        Tensor times = Tensor.zeros(rows);
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("timestep", times);
        spec.conditionRows()
                .forEach(
                        (key, shape) -> {
                            int[] full = new int[shape.length + 1];
                            full[0] = rows;
                            System.arraycopy(shape, 0, full, 1, shape.length);
                            inputs.put(key, Tensor.zeros(full));
                        });
        for (int row = 0; row < rows; row++) {
            times.data().put(row, (float) timesteps[first + row / distinct.size()]);
            Condition condition = distinct.get(row % distinct.size());
            for (String key : spec.conditionRows().keySet()) {
                Tensor source = requireNonNull(condition.rows().get(key));
                requireNonNull(inputs.get(key))
                        .data()
                        .put(row * source.size(), source.data(), 0, source.size());
            }
        }
        chunk = session.run(inputs, "modulation", rows, spec.modulationWidth());
        chunkStart = first;
        chunkSteps = steps;
    }
}
