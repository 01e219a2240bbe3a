package org.clusca.engine.trunk;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Predictor;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.Signal;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.ElementType;

/**
 * What the form of a trunk's graph depends on; each form is a session of its own.
 *
 * @param order highest order kept of every branch; -1 for none
 * @param tokens kinds of branches that are computed on some tokens
 * @param last highest order kept of the hidden state before the last layer; -1 for none
 * @param precision of the cached features
 */
public record TrunkForm(
        int order,
        Set<BranchKind> tokens,
        Set<Signal> signals,
        int last,
        CachePrecision precision) {

    /** Hidden states are an output of every graph: asking for them needs no other one. */
    public static TrunkForm of(
            Requirements requirements, CachePrecision precision, TransformerSpec spec) {
        for (Place place : requirements.places().keySet()) {
            if (!place.equals(LAST)) {
                throw unsupported(place);
            }
        }
        requirements
                .gauges()
                .forEach(
                        gauge -> {
                            throw unsupported(gauge);
                        });
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
                last(requirements),
                requirements.keeps() ? precision : CachePrecision.FLOAT32);
    }

    static final Place LAST = new Place.Trunk(false);

    /** Highest order kept of the hidden state before the last layer; -1 for none. */
    static int last(Requirements requirements) {
        return requirements.places().getOrDefault(LAST, -1);
    }

    static CluscaException unsupported(Object what) {
        return new CluscaException(
                ErrorCode.INCOMPATIBLE, "The engine does not carry out " + what + ".");
    }

    static Predictor whole(Forecast forecast) {
        return forecast.match(
                new Forecast.Cases<>() {
                    @Override
                    public Predictor whole(Predictor predictor) {
                        return predictor;
                    }

                    @Override
                    public Predictor banded(Forecast.Banded banded) {
                        throw unsupported(banded);
                    }

                    @Override
                    public Predictor perChannel(Forecast.PerChannel channels) {
                        throw unsupported(channels);
                    }
                });
    }

    /** Whether branches can be left out. */
    boolean keeps() {
        return order >= 0 || last >= 0;
    }

    /** What branches of a kind show, in a fixed order. */
    List<Signal> signals(BranchKind kind) {
        return signals.stream().filter(signal -> signal.shownBy(kind)).sorted().toList();
    }

    ElementType featureType() {
        return precision.type();
    }
}
