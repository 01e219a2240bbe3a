package org.clusca.engine;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.model.QuantizedWeight;
import org.clusca.api.model.QuantizedWeight.Format;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;
import org.clusca.io.QuantizedWeights;
import org.jspecify.annotations.Nullable;

/** Counts the weights that a network asks for as it is written; nothing is rounded for it. */
final class WeightBytes {
    private static final Path NOWHERE = Path.of("counted").toAbsolutePath();

    private final Map<String, Long> asked = new HashMap<>();

    /** Bytes of all that was asked for, once in each form. */
    long sum() {
        return asked.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * @param format of matrices of linear layers; null for float32
     */
    Weights of(Weights weights, @Nullable Format format) {
        return new Counted(weights, format);
    }

    private final class Counted implements Weights {
        private final Weights original;
        private final @Nullable Format format;

        Counted(Weights original, @Nullable Format format) {
            this.original = original;
            this.format = format;
        }

        @Override
        public String origin() {
            return original.origin();
        }

        @Override
        public Set<String> names() {
            return original.names();
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
        public Weight get(String name) {
            Weight weight = original.get(name);
            asked.put(name, Float.BYTES * weight.elements());
            return weight;
        }

        @Override
        public Optional<QuantizedWeight> quantized(String name) {
            long[] shape = original.get(name).shape();
            if (format == null || !QuantizedWeights.quantizes(format, shape)) {
                return Optional.empty();
            }
            QuantizedWeight weight = new QuantizedWeight(format, NOWHERE, shape[0], shape[1]);
            asked.put(format + " " + name, weight.size());
            return Optional.of(weight);
        }
    }
}
