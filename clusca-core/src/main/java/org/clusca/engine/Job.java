package org.clusca.engine;

import java.util.function.Supplier;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.PlanCheck;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.NoiseProcess;
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
     * The scheduler of a request.
     *
     * @param usual makes the one that the model names
     * @throws CluscaException INCOMPATIBLE for one of another process than the model's
     */
    static Scheduler scheduler(Recipe request, Model model, Supplier<Scheduler> usual) {
        Scheduler chosen = request.scheduler();
        Scheduler scheduler = chosen == null ? usual.get() : chosen;
        NoiseProcess trained = model.process().orElse(null);
        NoiseProcess undone = scheduler.process().orElse(trained);
        if (trained != null && trained != undone) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The scheduler "
                            + scheduler.name()
                            + " undoes "
                            + undone
                            + ", but "
                            + model.name()
                            + " was trained by "
                            + trained
                            + ": its pictures would mean nothing. Take a scheduler of "
                            + trained
                            + (trained == NoiseProcess.FLOW_MATCHING
                                    ? ", such as flow-match-euler."
                                    : ", such as ddim or dpm-solver."));
        }
        return scheduler;
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
                request.imageSeeds());
    }

    /**
     * What the policy does in this generation.
     *
     * @throws CluscaException when the policy does not fit it
     */
    CacheSession open(GenerationContext context) {
        PlanCheck.gauges(request.policy(), context);
        return request.policy().open(context);
    }

    LatentCodec codec() {
        return codec(model);
    }

    /**
     * @throws CluscaException NOT_FOUND when the model has none
     */
    static LatentCodec codec(Model model) {
        return model.codec()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.NOT_FOUND,
                                        model.name()
                                                + " comes without an autoencoder, so its latents cannot become pictures; put one into the"
                                                + " folder vae beside it."));
    }
}
