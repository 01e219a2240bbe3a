package org.clusca.api.cluster;

import java.util.List;
import org.clusca.api.Options;
import org.clusca.api.Parameter;

/** Makes clusterers of one kind; found by {@link java.util.ServiceLoader}. */
public interface ClustererFactory {
    /** The name in tags: lower-case letters, digits, {@code -} and {@code +}. */
    String name();

    /** One sentence for listings. */
    String description();

    default List<Parameter> parameters() {
        return List.of();
    }

    Clusterer create(Options options);
}
