package org.clusca.engine;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.OnnxGraph.Type;

/**
 * What the form of a trunk's graph depends on; each form is a session of its own.
 *
 * @param order highest order kept of every branch; -1 for none
 * @param tokens kinds of branches that are computed on some tokens
 * @param last highest order kept of the hidden state before the last layer; -1 for none
 * @param precision of the cached features
 */
record TrunkForm(
        int order,
        Set<BranchKind> tokens,
        Set<Signal> signals,
        int last,
        CachePrecision precision) {

    /** Hidden states are an output of every graph: asking for them needs no other one. */
    static TrunkForm of(Requirements requirements, CachePrecision precision, TransformerSpec spec) {
        Set<BranchKind> present =
                spec.branches().stream()
                        .map(branch -> branch.id().kind())
                        .collect(Collectors.toSet());
        return new TrunkForm(
                requirements.order(),
                requirements.tokens().stream()
                        .filter(present::contains)
                        .collect(Collectors.toSet()),
                requirements.signals(),
                requirements.last(),
                requirements.keeps() ? precision : CachePrecision.FLOAT32);
    }

    /** Whether branches can be left out. */
    boolean keeps() {
        return order >= 0 || last >= 0;
    }

    /** What branches of a kind show, in a fixed order. */
    List<Signal> signals(BranchKind kind) {
        return signals.stream().filter(signal -> signal.shownBy(kind)).sorted().toList();
    }

    Type featureType() {
        return precision == CachePrecision.FLOAT32 ? Type.FLOAT : Type.BFLOAT16;
    }
}
