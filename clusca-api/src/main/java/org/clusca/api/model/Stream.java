package org.clusca.api.model;

/** A sequence of tokens that runs through the blocks. */
public enum Stream {
    IMAGE,
    TEXT,
    /** Image and text in one sequence. */
    JOINT
}
