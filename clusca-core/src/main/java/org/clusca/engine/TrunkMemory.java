package org.clusca.engine;

import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.model.Branch;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.NativeTensor;
import org.clusca.onnx.OnnxEnvironment;

/** The buffers that every step of a generation reads and writes. */
final class TrunkMemory implements AutoCloseable {
    final Tensor modulation;
    final Tensor output;

    private final int batch;
    private final Tensor latents;
    private final NativeTensor latentsView;
    private final NativeTensor modulationView;
    private final NativeTensor outputView;
    private final HiddenState hidden;

    TrunkMemory(OnnxEnvironment environment, TransformerSpec spec, int batch) {
        this.batch = batch;
        int[] shape = spec.latentShape();
        latents = Tensor.zeros(batch, shape[0], shape[1], shape[2]);
        modulation = Tensor.zeros(batch, spec.modulationWidth());
        output = Tensor.zeros(batch, spec.outputChannels(), shape[1], shape[2]);
        latentsView = NativeTensor.of(environment, latents);
        modulationView = NativeTensor.of(environment, modulation);
        outputView = NativeTensor.of(environment, output);
        Branch last = spec.branches().get(spec.branches().size() - 1);
        hidden = new HiddenState(environment, batch, last.tokens(), last.width());
    }

    /** Under guidance both rows of an image see the same latent. */
    void repeat(Tensor images) {
        int size = images.size() / images.dimension(0);
        int rows = batch / images.dimension(0);
        for (int row = 0; row < batch; row++) {
            latents.data().put(row * size, images.data(), row / rows * size, size);
        }
    }

    void bind(Map<String, NativeTensor> inputs, Map<String, NativeTensor> outputs) {
        inputs.put(TrunkGraph.LATENT, latentsView);
        inputs.put(TrunkGraph.MODULATION, modulationView);
        outputs.put(TrunkGraph.OUTPUT, outputView);
    }

    /** The hidden state after the last block. */
    HiddenState hidden() {
        return hidden;
    }

    @Override
    public void close() {
        latentsView.close();
        modulationView.close();
        outputView.close();
        hidden.close();
    }
}
