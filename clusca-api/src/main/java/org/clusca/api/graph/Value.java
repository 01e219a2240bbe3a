package org.clusca.api.graph;

/** A tensor-valued edge of a graph under construction; belongs to the builder that made it. */
public record Value(String name) {}
