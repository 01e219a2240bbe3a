package org.clusca.io;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/**
 * Shows weights under other names. Nothing is copied: a new name is the bytes of an old one, or
 * some rows of it.
 */
public final class RenamedWeights implements Weights {
    private final Weights original;
    private final Map<String, Function<Weights, Weight>> names;

    private RenamedWeights(Weights original, Map<String, Function<Weights, Weight>> names) {
        this.original = original;
        this.names = names;
    }

    public static Builder of(Weights original) {
        return new Builder(original);
    }

    @Override
    public String origin() {
        return original.origin();
    }

    @Override
    public Set<Path> files() {
        return original.files();
    }

    @Override
    public long elements() {
        return original.elements();
    }

    @Override
    public Set<String> names() {
        return names.keySet();
    }

    @Override
    public Weight get(String name) {
        Function<Weights, Weight> weight = names.get(name);
        if (weight == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL, origin() + ": no tensor for " + name + ".");
        }
        return weight.apply(original);
    }

    /** Collects names. */
    public static final class Builder {
        private final Weights original;
        private final Map<String, Function<Weights, Weight>> names = new LinkedHashMap<>();

        private Builder(Weights original) {
            this.original = original;
        }

        /** One tensor. */
        public Builder tensor(String to, String from) {
            names.put(to, weights -> weights.get(from));
            return this;
        }

        /** Weight and bias of a layer. */
        public Builder layer(String to, String from) {
            return tensor(to + ".weight", from + ".weight").tensor(to + ".bias", from + ".bias");
        }

        /** A layer whose weight and bias are the rows {@code [first, end)} of another's. */
        public Builder rows(String to, String from, long first, long end) {
            for (String part : new String[] {".weight", ".bias"}) {
                names.put(to + part, weights -> weights.get(from + part).rows(first, end));
            }
            return this;
        }

        public Weights build() {
            return new RenamedWeights(original, names);
        }
    }
}
