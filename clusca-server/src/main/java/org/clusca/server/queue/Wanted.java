package org.clusca.server.queue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Size;
import org.clusca.engine.Request;

/**
 * What a client asks for, checked against the model.
 *
 * @param model by the name that it has in the service
 * @param prompt a class of a class-conditional model
 * @param count pictures, or videos
 * @param seed of the first; the next one has the next number, and so on
 * @param guidance empty for the model's own
 * @param negativePrompt empty for none
 * @param framesPerSecond 0 for pictures
 * @param together whether a picture is the same whatever is made beside it: not under a policy that
 *     decides by what it measures, which is the mean over all of them. Videos are made one by one,
 *     for their memory
 */
public record Wanted(
        String model,
        String prompt,
        int count,
        long seed,
        int steps,
        OptionalDouble guidance,
        String negativePrompt,
        Size size,
        CachePolicy policy,
        int framesPerSecond,
        boolean together) {

    /** What pictures that are made together have in common. */
    record Group(
            String model,
            int steps,
            OptionalDouble guidance,
            String negativePrompt,
            Size size,
            String policy) {}

    Group group() {
        return new Group(model, steps, guidance, negativePrompt, size, policy.tag());
    }

    public boolean video() {
        return framesPerSecond > 0;
    }

    long seed(int picture) {
        return seed + picture;
    }

    /** As it would be run alone. */
    public Request.Builder alone() {
        return with(List.of(prompt), List.of(seed)).count(count).imageSeeds(seeds());
    }

    private List<Long> seeds() {
        return LongStream.range(0, count).mapToObj(picture -> seed + picture).toList();
    }

    /**
     * Of pictures that are made together.
     *
     * @param prompts one for each
     * @param seeds one for each
     */
    Request.Builder with(List<String> prompts, List<Long> seeds) {
        Request.Builder request =
                Request.builder()
                        .conditions(prompts)
                        .seed(seeds.get(0))
                        .imageSeeds(seeds)
                        .steps(steps)
                        .negativePrompt(negativePrompt)
                        .size(size)
                        .policy(policy);
        guidance.ifPresent(request::guidance);
        return request;
    }
}
