package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Model;
import org.clusca.onnx.StopSignal;

/** Turns prompts into conditions: remembered ones, or by the encoders, which are leased for it. */
final class PromptEncoding {
    private final Model model;
    private final Sessions sessions;
    private final SessionPool pool;

    PromptEncoding(Model model, Sessions sessions, SessionPool pool) {
        this.model = model;
        this.sessions = sessions;
        this.pool = pool;
    }

    /** What one prompt becomes, whatever was remembered. */
    Condition condition(PromptCache.Wanted wanted) {
        try (SessionPool.Lease encoders = encoders(wanted.weights())) {
            return condition(wanted, encoders, new StopSignal());
        }
    }

    private Condition condition(
            PromptCache.Wanted wanted, SessionPool.Lease encoders, StopSignal stop) {
        Conditioner conditioner = model.conditioner();
        EncoderRunner runner =
                (encoder, inputs) ->
                        encoders.get(sessions.encoder(encoder, wanted.weights()))
                                .stoppedBy(stop)
                                .run(inputs);
        return wanted.unconditional()
                ? conditioner.unconditional(wanted.prompt(), runner)
                : conditioner.condition(wanted.prompt(), runner);
    }

    private List<PromptCache.Wanted> wanted(Request request) {
        WeightFormat held = sessions.encoderFormat(request.compute());
        List<PromptCache.Wanted> wanted = new ArrayList<>();
        request.prompts()
                .forEach(prompt -> wanted.add(new PromptCache.Wanted(prompt, false, held)));
        if (Conditioning.guided(request, model.conditioner())) {
            wanted.add(new PromptCache.Wanted(request.unconditional(), true, held));
        }
        return wanted;
    }

    /**
     * One condition for each of the request's prompts, and behind them that of second rows where
     * there are some; encoders run for those not remembered.
     */
    List<Condition> conditions(Request request, StopSignal stop) {
        PromptCache cache = request.promptCache();
        List<PromptCache.Wanted> wanted = wanted(request);
        Map<PromptCache.Wanted, Condition> conditions = new HashMap<>();
        if (cache != null) {
            for (PromptCache.Wanted one : wanted) {
                cache.get(model, one).ifPresent(known -> conditions.put(one, known));
            }
        }
        if (!conditions.keySet().containsAll(wanted)) {
            try (SessionPool.Lease encoders = encoders(sessions.encoderFormat(request.compute()))) {
                for (PromptCache.Wanted one : wanted) {
                    conditions.computeIfAbsent(one, key -> condition(key, encoders, stop));
                }
            }
        }
        if (cache != null) {
            conditions.forEach((one, condition) -> cache.put(model, one, condition));
        }
        return wanted.stream().map(one -> requireNonNull(conditions.get(one))).toList();
    }

    /** Whether no encoder has to run for a request. */
    boolean remembered(Request request) {
        PromptCache cache = request.promptCache();
        return cache != null
                && wanted(request).stream().allMatch(one -> cache.get(model, one).isPresent());
    }

    /** Bytes of encoders that a request needs and that are not loaded. */
    long missing(Request request) {
        return remembered(request)
                ? 0
                : pool.missing(sessions.encoders(sessions.encoderFormat(request.compute())));
    }

    /** All of the model's encoders, loaded. */
    SessionPool.Lease encoders(WeightFormat held) {
        List<Part<?>> encoders = sessions.encoders(held);
        return pool.lease(
                encoders,
                0,
                free ->
                        MemoryPlan.refused(
                                encoders.stream().map(Part::name).toList(),
                                pool.missing(encoders),
                                free));
    }
}
