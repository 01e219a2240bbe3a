package org.clusca;

import org.clusca.onnx.Device;

/** What pipelines compute on. */
@FunctionalInterface
public interface Devices {
    /**
     * @param threads 0 for one per core
     */
    Device open(int threads);
}
