package org.clusca.model.dit;

import java.util.Optional;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.NoiseProcess;
import org.clusca.api.model.Transformer;

/** A DiT with its autoencoder and scheduler. */
record DitModel(
        String name,
        Transformer transformer,
        Conditioner conditioner,
        Optional<LatentCodec> codec,
        Config scheduler)
        implements Model {
    @Override
    public String family() {
        return DitModelFactory.NAME;
    }

    @Override
    public Optional<NoiseProcess> process() {
        // an architecture that both were trained with: the directory's own scheduler tells
        boolean flow = scheduler.text("_class_name", "").startsWith("FlowMatch");
        return Optional.of(flow ? NoiseProcess.FLOW_MATCHING : NoiseProcess.DIFFUSION);
    }
}
