package org.clusca.engine.trunk;

import java.util.HashMap;
import java.util.Map;
import org.clusca.onnx.DeviceTensor;
import org.clusca.onnx.OnnxSession;

/** The head of a trunk with the values that it hands to the rest, in memory of one generation. */
final class HeadRun implements AutoCloseable {
    private final OnnxSession session;
    private final LoadedTrunk trunk;

    /** Made by the first run, whose graph alone knows their shapes; later runs write into them. */
    private Map<String, DeviceTensor> passed = Map.of();

    HeadRun(OnnxSession session, LoadedTrunk trunk) {
        this.session = session;
        this.trunk = trunk;
    }

    /**
     * @param inputs of the trunk, those of the head among them
     * @param outputs to write beside what is handed on
     */
    void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        Map<String, DeviceTensor> in = new HashMap<>(inputs);
        in.keySet().retainAll(session.inputs());
        if (passed.isEmpty()) {
            passed = session.run(in, outputs, trunk.passed().keySet(), false);
            return;
        }
        Map<String, DeviceTensor> out = new HashMap<>(outputs);
        out.putAll(passed);
        session.run(in, out);
    }

    /** What the rest takes of the whole's inputs, and from here. */
    void feed(Map<String, DeviceTensor> inputs) {
        passed.forEach((output, tensor) -> inputs.put(trunk.passed().get(output), tensor));
        inputs.keySet().retainAll(trunk.rest().inputs());
    }

    @Override
    public void close() {
        passed.values().forEach(DeviceTensor::close);
    }
}
