package org.clusca.api.graph;

/** A tensor-valued edge of a graph under construction; belongs to the builder that made it. */
public record Value(String name) {
    /** In place of an optional input that is left out. */
    public static final Value NONE = new Value("");
}
