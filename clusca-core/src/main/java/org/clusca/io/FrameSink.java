package org.clusca.io;

import org.clusca.api.Tensor;

/** Takes the frames of a video one after the other. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param index from 0, without gaps
     * @param rgb {@code [3, height, width]}, nominally in [-1, 1]; overwritten after the call
     */
    void frame(int index, Tensor rgb);
}
