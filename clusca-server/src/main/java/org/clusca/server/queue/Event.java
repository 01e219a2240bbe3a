package org.clusca.server.queue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client may hear of its work, in the order in which it happens. */
public sealed interface Event {
    /** It is being computed now. */
    record Began() implements Event {}

    /**
     * A step of some of the pictures.
     *
     * @param step 0 for the first
     * @param kind as reports have it
     * @param seconds of the step, for all pictures that are made together
     * @param shown what they look like, small; none where nobody asked
     * @param clusters of the first picture, where the policy made some
     */
    record Step(
            int step,
            int steps,
            String kind,
            double seconds,
            List<Shown> shown,
            @Nullable Clusters clusters)
            implements Event {}

    /** A picture that is not done; a pixel for each position of the latent. */
    record Shown(int picture, BufferedImage image) {}

    /**
     * @param width tokens in a row
     * @param labels cluster of each token
     * @param computed tokens that the branch in the middle of the network computed
     */
    record Clusters(int width, int count, int[] labels, int[] computed) {}

    /**
     * A picture or video is done.
     *
     * @param picture its number among those asked for
     */
    record Done(int picture, Made made) implements Event {}

    /** Nothing follows: all is done, or the work failed. */
    record End(@Nullable Throwable failure) implements Event {}
}
