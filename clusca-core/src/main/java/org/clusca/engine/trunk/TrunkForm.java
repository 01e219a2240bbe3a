package org.clusca.engine.trunk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.ElementType;

/**
 * What the form of a trunk's graph depends on; each form is a session of its own.
 *
 * @param order highest order kept of every branch; -1 for none
 * @param tokens kinds of branches that are computed on some tokens
 * @param places that are forecast as one, each with the highest order kept of it
 * @param observed places that are seen where they are computed
 * @param refreshesTrunk whether the state that the last layer reads can be renewed at some tokens
 * @param gauges that are read
 * @param corrects whether computed tokens correct the forecast of others
 * @param tokenDistances whether differences are taken over each token's own distance
 * @param perChannel whether forecasts differ by channel
 * @param banded whether places of the image stream are forecast by frequency
 * @param precision of the cached features
 */
public record TrunkForm(
        int order,
        Set<BranchKind> tokens,
        Set<Signal> signals,
        Map<Place, Integer> places,
        Set<Place> observed,
        boolean refreshesTrunk,
        Set<Gauge> gauges,
        boolean corrects,
        boolean tokenDistances,
        boolean perChannel,
        boolean banded,
        CachePrecision precision) {

    /** Hidden states are an output of every graph: asking for them needs no other one. */
    public static TrunkForm of(
            Requirements requirements, CachePrecision precision, TransformerSpec spec) {
        Map<Place, Integer> places = new HashMap<>(requirements.places());
        // the output is forecast outside of the network
        places.keySet().removeIf(place -> PlaceSlot.of(Map.of(place, 0), spec).isEmpty());
        Set<BranchKind> present =
                spec.branches().stream()
                        .map(branch -> branch.id().kind())
                        .collect(Collectors.toSet());
        if (present.contains(BranchKind.PARALLEL)) {
            // they have an attention of their own
            present.add(BranchKind.ATTENTION);
        }
        return new TrunkForm(
                requirements.order(),
                requirements.tokens().stream()
                        .filter(present::contains)
                        .collect(Collectors.toSet()),
                requirements.signals(),
                Map.copyOf(places),
                requirements.observed(),
                requirements.refreshesTrunk(),
                requirements.gauges(),
                requirements.corrects() && !requirements.tokens().isEmpty(),
                requirements.tokenDistances() && !requirements.tokens().isEmpty(),
                requirements.perChannel() && (requirements.order() >= 0 || !places.isEmpty()),
                requirements.banded() && !places.isEmpty(),
                requirements.order() >= 0 || !places.isEmpty()
                        ? precision
                        : CachePrecision.FLOAT32);
    }

    /** Whether branches can be left out. */
    boolean keeps() {
        return order >= 0 || !places.isEmpty();
    }

    /** Whether a run is told what its branches do. */
    boolean switches() {
        return keeps() || gauges.stream().anyMatch(gauge -> Measured.of(gauge).watched());
    }

    /** Leading blocks that are computed at every step, so that nothing of them is linked. */
    int leading() {
        return gauges.stream().mapToInt(Gauge::leadingBlocks).max().orElse(0);
    }

    /** Whether it is decided by step what a branch does. */
    boolean links(BranchId branch) {
        return keeps() && branch.block() >= leading();
    }

    /** Highest order kept of a branch; -1 for none. */
    int order(BranchId branch) {
        return links(branch) ? order : -1;
    }

    /** Whether anything is computed only to be measured. */
    boolean verifies() {
        return gauges.stream().anyMatch(gauge -> Measured.of(gauge).verified());
    }

    /** Whether a branch can be computed only to be measured. */
    boolean verifies(BranchId branch) {
        return gauges.stream().anyMatch(gauge -> gauge.measures(branch));
    }

    /** Whether a block can be computed as a whole only to be measured. */
    boolean measuresBlock(int block) {
        return gauges.stream().anyMatch(gauge -> Measured.of(gauge).equals(Measured.block(block)));
    }

    /** Whether a branch lies in a place that can be forecast. */
    boolean forecasts(BranchId branch) {
        return places.keySet().stream().anyMatch(place -> place.holds(branch));
    }

    /** Highest order kept of anything; -1 for none. */
    int highest() {
        return places.values().stream().reduce(order, Math::max);
    }

    /** What is kept of a branch's attention. */
    KeptAttention kept(BranchId branch) {
        return links(branch) ? KeptAttention.of(tokens, branch.kind()) : KeptAttention.NOTHING;
    }

    /** Whether some tokens of a branch can be computed. */
    boolean refreshes(BranchId branch) {
        return tokens.contains(branch.kind()) && links(branch);
    }

    /** What branches of a kind show, in a fixed order. */
    List<Signal> signals(BranchKind kind) {
        return signals.stream().filter(signal -> signal.shownBy(kind)).sorted().toList();
    }

    /** Those of them that its attention shows. */
    List<Signal> attentionSignals(BranchKind kind) {
        return signals(kind).stream()
                .filter(signal -> signal.shownBy(BranchKind.ATTENTION))
                .toList();
    }

    /** Whether differences of a branch are taken over each token's own distance. */
    boolean tokenDistances(BranchId branch) {
        return tokenDistances && order > 0 && refreshes(branch);
    }

    ElementType featureType() {
        return precision.type();
    }
}
