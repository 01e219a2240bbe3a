package org.clusca.engine.trunk;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.Place;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;

/**
 * What is kept of a place that is forecast, of one stream. Those of a form follow the branches in
 * the feature cache, in an order that depends on the places alone.
 *
 * @param from the block where the place begins, so that what is kept is what has been added since;
 *     {@link #NOWHERE} where it is the state itself
 * @param to the block that begins where it ends; {@link #HIDDEN} behind all
 * @param order highest that is kept
 */
record PlaceSlot(Place place, Stream stream, int from, int to, int order, int tokens, int width) {
    static final int NOWHERE = -1;

    static final int HIDDEN = Integer.MAX_VALUE;

    /**
     * @param places with the highest order kept of each
     * @throws CluscaException INCOMPATIBLE for blocks that the network does not have
     */
    static List<PlaceSlot> of(Map<Place, Integer> places, TransformerSpec spec) {
        List<PlaceSlot> slots = new ArrayList<>();
        places.keySet().stream()
                .sorted(Comparator.comparing(Place::toString))
                .forEach(
                        place -> {
                            for (Stream stream : streams(place, spec)) {
                                Branch like = like(stream, spec);
                                slots.add(
                                        new PlaceSlot(
                                                place,
                                                stream,
                                                place.match(FROM),
                                                place.match(TO),
                                                requireNonNull(places.get(place)),
                                                like.tokens(),
                                                like.width()));
                            }
                        });
        return slots;
    }

    /** Whether policies can see it: the image's tokens, alone or with others. */
    boolean observed() {
        return stream != Stream.TEXT;
    }

    private static final Place.Cases<Integer> FROM =
            new Place.Cases<>() {
                @Override
                public Integer trunk(Place.Trunk trunk) {
                    return trunk.residual() ? 0 : NOWHERE;
                }

                @Override
                public Integer blocks(Place.Blocks blocks) {
                    return blocks.from();
                }

                @Override
                public Integer output(Place.Output output) {
                    return NOWHERE;
                }
            };

    private static final Place.Cases<Integer> TO =
            new Place.Cases<>() {
                @Override
                public Integer trunk(Place.Trunk trunk) {
                    return HIDDEN;
                }

                @Override
                public Integer blocks(Place.Blocks blocks) {
                    return blocks.to();
                }

                @Override
                public Integer output(Place.Output output) {
                    return HIDDEN;
                }
            };

    private static Branch like(Stream stream, TransformerSpec spec) {
        return spec.branches().stream()
                .filter(branch -> branch.id().stream() == stream)
                .findFirst()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.INCOMPATIBLE,
                                        "The network has no "
                                                + stream
                                                + " stream whose state could be forecast."));
    }

    private static Set<Stream> streams(Place place, TransformerSpec spec) {
        return place.match(
                new Place.Cases<>() {
                    @Override
                    public Set<Stream> trunk(Place.Trunk trunk) {
                        return EnumSet.of(Stream.IMAGE);
                    }

                    @Override
                    public Set<Stream> blocks(Place.Blocks blocks) {
                        return end(blocks, spec);
                    }

                    @Override
                    public Set<Stream> output(Place.Output output) {
                        return EnumSet.noneOf(Stream.class);
                    }
                });
    }

    /**
     * The streams where blocks end: those of the block that follows; where it goes on with image
     * and text apart, also what the last one has added to.
     */
    private static Set<Stream> end(Place.Blocks blocks, TransformerSpec spec) {
        int count = 1 + spec.branches().get(spec.branches().size() - 1).id().block();
        if (blocks.to() > count) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The policy forecasts "
                            + blocks
                            + ", the network has blocks 0 to "
                            + (count - 1)
                            + "; choose blocks that it has.");
        }
        Set<Stream> streams = of(Math.min(blocks.to(), count - 1), spec);
        if (!streams.contains(Stream.JOINT)) {
            streams.addAll(of(blocks.to() - 1, spec));
        }
        return streams;
    }

    private static Set<Stream> of(int block, TransformerSpec spec) {
        Set<Stream> streams = EnumSet.noneOf(Stream.class);
        for (Branch branch : spec.branches()) {
            if (branch.id().block() == block) {
                streams.add(branch.id().stream());
            }
        }
        return streams;
    }
}
