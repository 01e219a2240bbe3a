package org.clusca.engine;

import org.clusca.engine.trunk.Trunk;
import org.clusca.onnx.OnnxSession;
import org.jspecify.annotations.Nullable;

/**
 * The loaded networks of a generation, which end their runs with it.
 *
 * @param prepared null for a network that prepares nothing
 * @param codec null when nothing is decoded
 */
record Networks(
        Trunk trunk,
        OnnxSession modulation,
        @Nullable OnnxSession prepared,
        @Nullable OnnxSession codec) {}
