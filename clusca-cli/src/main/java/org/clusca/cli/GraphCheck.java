package org.clusca.cli;

import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.NetworkGraphs;

/**
 * Writes down the computations of a model without loading them, so that every tensor they need is
 * asked for, by name and shape.
 */
final class GraphCheck {
    private GraphCheck() {}

    /**
     * @throws org.clusca.api.CluscaException naming the first tensor that is missing or has another
     *     shape
     */
    static void transformer(Transformer transformer) {
        NetworkGraphs.modulation("modulation", transformer, transformer.weights());
        NetworkGraphs.prepared("preparation", transformer, transformer.weights());
        NetworkGraphs.plain("trunk", transformer);
    }

    /**
     * @throws org.clusca.api.CluscaException as {@link #transformer}
     */
    static void codec(LatentCodec codec, TransformerSpec spec) {
        NetworkGraphs.codec("autoencoder", codec, spec);
    }

    /**
     * @throws org.clusca.api.CluscaException as {@link #transformer}
     */
    static void encoder(Encoder encoder) {
        NetworkGraphs.encoder(encoder.name(), encoder);
    }
}
