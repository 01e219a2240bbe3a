package org.clusca.engine.trunk;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clusca.onnx.Device;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.onnx.StopSignal;

/**
 * A trunk's graph, ready to run: as a whole, or in two parts where gauges are read of the input
 * before a step is planned.
 *
 * @param head what those gauges need; it runs once per step
 * @param rest everything else; it runs once a step is planned, and again when it is redone
 * @param passed outputs of the head that the rest takes, each with the name of its input
 */
record LoadedTrunk(Optional<OnnxSession> head, OnnxSession rest, Map<String, String> passed)
        implements AutoCloseable {
    /**
     * @param ahead outputs that are wanted before a step is planned
     */
    static LoadedTrunk load(Device device, OnnxGraph graph, Set<String> ahead) {
        if (ahead.isEmpty()) {
            return new LoadedTrunk(Optional.empty(), OnnxSession.load(device, graph), Map.of());
        }
        OnnxSession.Cut cut = OnnxSession.cut(device, graph, ahead);
        return new LoadedTrunk(Optional.of(cut.head()), cut.rest(), cut.passed());
    }

    /** The same; its runs end with the signal. */
    LoadedTrunk stoppedBy(StopSignal signal) {
        return new LoadedTrunk(
                head.map(session -> session.stoppedBy(signal)), rest.stoppedBy(signal), passed);
    }

    @Override
    public void close() {
        head.ifPresent(OnnxSession::close);
        rest.close();
    }
}
