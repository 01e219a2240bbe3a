package org.clusca.server.openai;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Size;
import org.clusca.engine.Request;
import org.clusca.server.model.OpenModel;
import org.clusca.server.queue.Wanted;

/**
 * The fields beside OpenAI's: how a picture or video is computed.
 *
 * @param policy tag of a cache policy
 * @param seed drawn where none is given
 */
record Sampling(
        Optional<String> policy,
        OptionalInt steps,
        long seed,
        OptionalDouble guidance,
        String negativePrompt) {
    private static final int TAG = 500;
    private static final double MOST_GUIDANCE = 1000;
    private static final RandomGenerator RANDOM = new SecureRandom();

    static Sampling read(Fields fields, Limits limits) {
        return new Sampling(
                fields.text("policy", TAG),
                fields.whole("steps", 1, limits.steps()),
                // half of 64 bits, so that no client's numbers round it
                fields.seed("seed").orElseGet(() -> RANDOM.nextInt(Integer.MAX_VALUE)),
                fields.real("guidance", 0, MOST_GUIDANCE),
                fields.text("negative_prompt", limits.prompt()).orElse(""));
    }

    /**
     * Together with the model.
     *
     * @param framesPerSecond 0 for pictures
     * @throws org.clusca.api.CluscaException for what the model does not take
     */
    Wanted wanted(
            Clusca clusca,
            OpenModel model,
            String prompt,
            int count,
            Size size,
            int framesPerSecond) {
        int chosen = steps.orElse(model.model().defaultSteps());
        String tag =
                policy.orElseGet(
                        () ->
                                Clusca.usualPolicy(
                                        model.pipeline(),
                                        Request.builder()
                                                .conditions(prompt)
                                                .steps(chosen)
                                                .build()));
        CachePolicy resolved = policy(clusca, tag, model);
        return new Wanted(
                model.name(),
                prompt,
                count,
                seed,
                chosen,
                guidance,
                negativePrompt,
                size,
                resolved,
                framesPerSecond,
                framesPerSecond == 0 && !measures(resolved, model, prompt, size));
    }

    private static boolean measures(CachePolicy policy, OpenModel model, String prompt, Size size) {
        Request any = Request.builder().conditions(prompt).size(size).build();
        return !policy.requirements(model.pipeline().spec(any).branches()).gauges().isEmpty();
    }

    private static CachePolicy policy(Clusca clusca, String text, OpenModel model) {
        Tag tag = Tag.parse(text);
        for (Parameter parameter : clusca.policies().get(tag.name()).parameters()) {
            if (parameter.kind() instanceof Parameter.File
                    && tag.parameters().containsKey(parameter.name())) {
                throw ApiException.invalid(
                        "policy",
                        "'policy' must not name a file: leave '" + parameter.name() + "' out.");
            }
        }
        return clusca.policy(text, model.model());
    }
}
