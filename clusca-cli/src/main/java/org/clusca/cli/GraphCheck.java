package org.clusca.cli;

import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;

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
        TransformerSpec spec = transformer.spec();
        NetworkGraphs.modulation("modulation", transformer, transformer.weights());
        NetworkGraphs.prepared("preparation", transformer, transformer.weights());
        OnnxGraph trunk = new OnnxGraph("trunk", transformer.weights());
        transformer.forward(
                trunk,
                new PlainLinker(trunk) {},
                trunk.input("latent", "batch", spec.latentShape()),
                trunk.input("modulation", ElementType.FLOAT32, "batch", spec.modulationWidth()),
                NetworkGraphs.context(trunk, spec));
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
