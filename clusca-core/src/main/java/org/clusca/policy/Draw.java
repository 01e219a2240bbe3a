package org.clusca.policy;

import java.util.Locale;

/** Which token stands for a cluster on a cached step. */
public enum Draw {
    /** A random one, drawn anew for every branch and step, as published. */
    BRANCH,
    /** A random one, drawn anew for every step, the same for all branches of a stream. */
    STEP,
    /** The one whose hidden state was nearest to the cluster's mean, until the next full step. */
    NEAREST,
    /** The one whose forecast was furthest off at the last full step, until the next. */
    ERROR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
