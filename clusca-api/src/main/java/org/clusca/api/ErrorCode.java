package org.clusca.api;

/** What kind of thing went wrong; a service can decide by it whether to refuse, retry or alert. */
public enum ErrorCode {
    /** A model directory, file or component that should be there is not. */
    NOT_FOUND,
    /** A file is damaged: truncated, inconsistent, not of the format that its name says. */
    CORRUPT_FILE,
    /** A directory or configuration that no adapter can read, or that contradicts itself. */
    INVALID_MODEL,
    /** A name that no registered part carries. */
    UNKNOWN_NAME,
    /** A parameter of a request, policy, scheduler or clusterer outside what is allowed. */
    INVALID_PARAMETER,
    /** Parts that are valid by themselves but do not fit each other. */
    INCOMPATIBLE,
    /** Numbers that are not finite where they must be. */
    NOT_FINITE,
    /** Less memory at hand than the run needs. */
    OUT_OF_MEMORY,
    /** The caller stopped the run. */
    CANCELLED,
    /** The run took longer than it was allowed to. */
    TIMED_OUT,
    /** The thread of the run was interrupted. */
    INTERRUPTED,
    /** What was to be used has been closed. */
    CLOSED,
    /** Reading or writing failed. */
    IO,
    /** The runtime below failed. */
    RUNTIME
}
