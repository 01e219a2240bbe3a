package org.clusca.engine.trunk;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.Place;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;

/**
 * What is kept of a place that is forecast, of one stream. Those of a form follow the branches in
 * the feature cache, in an order that depends on the places alone.
 *
 * @param order highest that is kept
 */
record PlaceSlot(Place place, Stream stream, int order, int tokens, int width) {
    /**
     * @param places with the highest order kept of each
     */
    static List<PlaceSlot> of(Map<Place, Integer> places, TransformerSpec spec) {
        List<Place> sorted =
                places.keySet().stream().sorted(Comparator.comparing(Place::toString)).toList();
        int width = spec.branches().get(spec.branches().size() - 1).width();
        List<PlaceSlot> slots = new ArrayList<>();
        for (Place place : sorted) {
            int order = requireNonNull(places.get(place));
            slots.add(new PlaceSlot(place, Stream.IMAGE, order, spec.tokens(Stream.IMAGE), width));
        }
        return slots;
    }
}
