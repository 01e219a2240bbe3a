package org.clusca.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.model.Size;
import org.clusca.engine.trunk.CachePrecision;
import org.jspecify.annotations.Nullable;

/**
 * What made a picture, in words and numbers: the recipe with its blanks filled in, and what carried
 * it out. With the same model, opened the same way under the same versions, the request that {@code
 * Clusca.request} makes of it gives the same latents. Immutable.
 */
public final class Provenance {
    private final Origin origin;
    private final List<String> conditions;
    private final List<String> labels;
    private final List<String> imageLabels;
    private final String negativePrompt;
    private final int count;
    private final Size size;
    private final int sequenceLength;
    private final int steps;
    private final double guidance;
    private final long seed;
    private final List<Long> imageSeeds;
    private final boolean seeded;
    private final String policy;
    private final CachePrecision cachePrecision;
    private final Compute compute;
    private final String scheduler;
    private final Map<String, @Nullable Object> schedulerSettings;

    Provenance(Origin origin, Job job, Conditioning conditioning) {
        Recipe recipe = job.request();
        this.origin = origin;
        conditions = recipe.conditions();
        labels = conditioning.labels();
        imageLabels = conditioning.imageLabels();
        negativePrompt = recipe.negativePrompt();
        count = recipe.count();
        size = job.model().size(job.spec().latentShape());
        sequenceLength = Conditioning.textTokens(recipe, job.model().conditioner());
        steps = recipe.steps();
        guidance = conditioning.guidance();
        seed = recipe.seed();
        imageSeeds = recipe.imageSeeds();
        seeded = recipe.initialLatents() == null && recipe.noise() == null;
        policy = recipe.policy().tag();
        cachePrecision = recipe.cachePrecision();
        compute = recipe.compute();
        scheduler = job.scheduler().name();
        schedulerSettings =
                Collections.unmodifiableMap(new LinkedHashMap<>(job.scheduler().settings()));
    }

    private Provenance(Provenance all, int image) {
        origin = all.origin;
        conditions = List.of(all.conditions.get(image / all.count));
        labels = List.of(all.imageLabels.get(image));
        imageLabels = labels;
        negativePrompt = all.negativePrompt;
        count = 1;
        size = all.size;
        sequenceLength = all.sequenceLength;
        steps = all.steps;
        guidance = all.guidance;
        seed = all.imageSeeds.get(image);
        imageSeeds = List.of(seed);
        seeded = all.seeded;
        policy = all.policy;
        cachePrecision = all.cachePrecision;
        compute = all.compute;
        scheduler = all.scheduler;
        schedulerSettings = all.schedulerSettings;
    }

    /**
     * What made one image of several, by itself.
     *
     * @param image counted through all conditions
     */
    public Provenance image(int image) {
        return new Provenance(this, image);
    }

    /** The model and what it ran on. */
    public Origin origin() {
        return origin;
    }

    /** Class names, numbers or prompts, as they were asked for. */
    public List<String> conditions() {
        return conditions;
    }

    /** The same in the model's words, each once. */
    public List<String> labels() {
        return labels;
    }

    /** What guidance led away from; empty for the model's own unconditional row. */
    public String negativePrompt() {
        return negativePrompt;
    }

    /** Images per condition. */
    public int count() {
        return count;
    }

    /** Pictures or videos made. */
    public int images() {
        return conditions.size() * count;
    }

    /** Of the pictures; without an autoencoder, of the latents. */
    public Size size() {
        return size;
    }

    /** Tokens of a text; 0 for a model of classes. */
    public int sequenceLength() {
        return sequenceLength;
    }

    /** Denoising steps, as asked for. */
    public int steps() {
        return steps;
    }

    /** The scale in force; 1 means none. */
    public double guidance() {
        return guidance;
    }

    /** Of the noise and of what the policy drew. */
    public long seed() {
        return seed;
    }

    /** The same of each image. */
    public List<Long> imageSeeds() {
        return imageSeeds;
    }

    /**
     * Whether all noise was drawn from the seed; else the caller gave some, or the first latents.
     */
    public boolean seeded() {
        return seeded;
    }

    /** Tag of the cache policy, with all that differs from its defaults. */
    public String policy() {
        return policy;
    }

    /** How cached features were held. */
    public CachePrecision cachePrecision() {
        return cachePrecision;
    }

    /** In which numbers was computed. */
    public Compute compute() {
        return compute;
    }

    /** Name of the scheduler. */
    public String scheduler() {
        return scheduler;
    }

    /** Keys of a {@code scheduler_config.json}; what is missing had the scheduler's default. */
    public Map<String, @Nullable Object> schedulerSettings() {
        return schedulerSettings;
    }
}
