package org.clusca.testkit;

import java.util.Map;
import java.util.Optional;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;

/** A model without pictures, denoised by DDIM. */
abstract class Toy implements Model {
    @Override
    public Optional<LatentCodec> codec() {
        return Optional.empty();
    }

    @Override
    public Config scheduler() {
        return new Config(
                name() + "/scheduler_config.json",
                Map.of("_class_name", "DDIMScheduler", "clip_sample", false));
    }
}
