package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxSession;

/**
 * What the trunk reads of the conditions of a batch's rows, computed once for conditions that
 * repeat within it.
 *
 * @param rows by name, one map for each row
 * @param prepared how many conditions went through the network's preparation
 */
record PreparedContext(List<Map<String, Tensor>> rows, int prepared) {
    /**
     * @param session of the network's preparation; asked for only where it has one
     * @param batch condition of every row
     */
    static PreparedContext of(
            Supplier<OnnxSession> session, TransformerSpec spec, List<Condition> batch) {
        if (spec.preparedRows().isEmpty()) {
            return new PreparedContext(batch.stream().map(Condition::context).toList(), 0);
        }
        Map<Condition, Map<String, Tensor>> known = new IdentityHashMap<>();
        for (Condition condition : batch) {
            if (!known.containsKey(condition)) {
                known.put(condition, prepared(session.get(), spec, condition));
            }
        }
        return new PreparedContext(
                batch.stream().map(row -> requireNonNull(known.get(row))).toList(), known.size());
    }

    private static Map<String, Tensor> prepared(
            OnnxSession session, TransformerSpec spec, Condition condition) {
        Map<String, Tensor> outputs = session.run(condition.context());
        Map<String, Tensor> own = new HashMap<>();
        for (String name : spec.preparedRows().keySet()) {
            own.put(name, requireNonNull(outputs.get(NetworkGraphs.PREPARED + name)));
        }
        return own;
    }
}
