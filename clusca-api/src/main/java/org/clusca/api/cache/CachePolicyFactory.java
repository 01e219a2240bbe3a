package org.clusca.api.cache;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.clusca.api.Experimental;
import org.clusca.api.Options;
import org.clusca.api.Parameter;
import org.clusca.api.cluster.Clusterer;

/** Makes policies of one kind; found by {@link java.util.ServiceLoader}. */
public interface CachePolicyFactory {
    /** The name in tags: lower-case letters, digits and {@code -}. */
    String name();

    /** One sentence for listings. */
    String description();

    /** Where the method is published; empty when it is not. */
    default String source() {
        return "";
    }

    /**
     * Whether the name stands for another policy, which suits the model's family: a choice for
     * those who know none.
     */
    default boolean preset() {
        return false;
    }

    default List<Parameter> parameters() {
        return List.of();
    }

    /**
     * What the method's authors published for a family of models: parameters by name, used where a
     * user leaves them open. Empty where the defaults are what they published, or nothing is known.
     *
     * @param family as {@link org.clusca.api.model.Model#family} has it, e.g. {@code flux}
     */
    default Map<String, String> published(String family) {
        return Map.of();
    }

    /**
     * What makes the policy do as its authors' code does where its own defaults are better:
     * parameters by name, for tags such as {@code clusca:published}.
     */
    default Map<String, String> asPublished() {
        return Map.of();
    }

    /** How such policies are fitted to a model; empty where there is nothing to fit. */
    @Experimental
    default Optional<Calibration> calibration() {
        return Optional.empty();
    }

    /**
     * @param clusterers gives the clusterer of a tag such as {@code kmeans}; throws UNKNOWN_NAME
     */
    CachePolicy create(Options options, Function<String, Clusterer> clusterers);
}
