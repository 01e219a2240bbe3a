package org.clusca.api.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;

/** The tensors of one component by name; nothing is loaded, {@link Weight} says where each lies. */
public interface Weights {
    /** For errors: the file or folder. */
    String origin();

    Set<String> names();

    /** The files that the tensors lie in, under the names by which they were opened. */
    Set<Path> files();

    /** Elements of all tensors together. */
    long elements();

    default boolean has(String name) {
        return names().contains(name);
    }

    /**
     * @throws CluscaException INVALID_MODEL when there is no such tensor, with the near names, or
     *     when its type is not one that a network's weights may have
     */
    Weight get(String name);

    /** The matrix of a linear layer in 8 bits, where it is to be computed with so. */
    default Optional<QuantizedWeight> quantized(String name) {
        return Optional.empty();
    }

    /**
     * @param shape what the network needs
     * @throws CluscaException INVALID_MODEL as {@link #get(String)}, or when the shape is another
     *     one
     */
    default Weight get(String name, long... shape) {
        Weight weight = get(name);
        if (!Arrays.equals(weight.shape(), shape)) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    weight.file()
                            + ": tensor "
                            + name
                            + ": expected shape "
                            + Arrays.toString(shape)
                            + ", found "
                            + Arrays.toString(weight.shape())
                            + ".");
        }
        return weight;
    }

    /**
     * Of a component without tensors.
     *
     * @param origin for errors
     */
    static Weights none(String origin) {
        return new Weights() {
            @Override
            public String origin() {
                return origin;
            }

            @Override
            public Set<String> names() {
                return Set.of();
            }

            @Override
            public Set<Path> files() {
                return Set.of();
            }

            @Override
            public long elements() {
                return 0;
            }

            @Override
            public Weight get(String name) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL, origin + " has no tensor " + name + ".");
            }
        };
    }
}
