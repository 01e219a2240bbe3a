package org.clusca.component;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/**
 * Has every tensor that a network asks for, and none of their numbers: the shapes of a network are
 * written nowhere else than in its computation.
 */
public final class AskedWeights implements Weights {
    /** Another name for what is asked for under the usual one too. */
    private static final String OTHER_FORM = DualStreamBlocks.LAST_SCALE + ".";

    private final Predicate<String> has;
    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private long elements;

    /** Has whatever is asked for. */
    public AskedWeights() {
        this(name -> true);
    }

    /**
     * @param has which of the tensors that a network may have or not this one has
     */
    public AskedWeights(Predicate<String> has) {
        this.has = has;
    }

    /** By name, in the order in which they were asked for. */
    public Map<String, int[]> shapes() {
        return shapes;
    }

    @Override
    public String origin() {
        return "a network without weights";
    }

    @Override
    public Set<String> names() {
        return shapes.keySet();
    }

    @Override
    public Set<Path> files() {
        return Set.of();
    }

    @Override
    public long elements() {
        return elements;
    }

    @Override
    public boolean has(String name) {
        return !name.startsWith(OTHER_FORM) && has.test(name);
    }

    @Override
    public Weight get(String name) {
        throw new UnsupportedOperationException("The shape of " + name + " is not known.");
    }

    @Override
    public Weight get(String name, long... shape) {
        int[] known = new int[shape.length];
        for (int i = 0; i < shape.length; i++) {
            known[i] = Math.toIntExact(shape[i]);
        }
        // as if all lay one after the other: an offset is what tells tensors apart
        Weight weight =
                new Weight(name, Weight.DType.F32, shape.clone(), Path.of(origin()), 4 * elements);
        shapes.put(name, known);
        elements += weight.elements();
        return weight;
    }
}
