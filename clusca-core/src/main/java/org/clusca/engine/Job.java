package org.clusca.engine;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.Schedule;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.trunk.TrunkForm;

/**
 * A request with what it means for a model; nothing is loaded for it.
 *
 * @param spec the network's shape in the request
 * @param form of the trunk that the policy needs
 */
record Job(
        Request request,
        Model model,
        Scheduler scheduler,
        Schedule schedule,
        TransformerSpec spec,
        TrunkForm form) {

    static Job of(Request request, Model model, Scheduler scheduler) {
        TransformerSpec spec = spec(request, model);
        return new Job(
                request,
                model,
                scheduler,
                scheduler.schedule(request.steps(), spec.tokens(Stream.IMAGE)),
                spec,
                TrunkForm.of(
                        request.policy().requirements(spec.branches()),
                        request.cachePrecision(),
                        spec));
    }

    /**
     * @throws CluscaException when the request does not fit the model
     */
    void check() {
        Conditioning.checkNegative(request, model.conditioner());
        request.prompts().forEach(model.conditioner()::label);
        OutputForecast.of(request.policy(), spec.branches(), scheduler.name(), schedule);
        if (request.decode()) {
            Decoding.check(request, spec, codec());
        }
    }

    static TransformerSpec spec(Request request, Model model) {
        return model.transformer()
                .spec(
                        StartLatent.shape(request, model),
                        Conditioning.textTokens(request, model.conditioner()));
    }

    /** What the policy is told. */
    GenerationContext context() {
        int rows = Conditioning.guided(request, model.conditioner()) ? 2 : 1;
        return new GenerationContext(
                spec.branches(),
                Math.multiplyExact(request.images(), rows),
                rows,
                spec.gridWidth(),
                spec.latentFrames(),
                schedule.timesteps().length,
                request.seed(),
                SeededNoise.seeds(request));
    }

    LatentCodec codec() {
        return model.codec()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.NOT_FOUND,
                                        model.name()
                                                + " comes without an autoencoder, so its latents cannot become pictures; put one into the"
                                                + " folder vae beside it, or generate latents alone, without decoding them."));
    }
}
