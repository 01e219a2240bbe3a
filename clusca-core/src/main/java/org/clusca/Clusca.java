package org.clusca;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.util.Modules;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Options;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.engine.CalibrationRun;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Provenance;
import org.clusca.engine.Request;
import org.clusca.engine.WeightFormat;
import org.clusca.engine.WeightFormats;
import org.clusca.io.EmbeddedModels;
import org.clusca.io.LocalModelDirectory;

/**
 * The way in: opens models, and makes policies, clusterers and schedulers by name. Immutable, safe
 * to share.
 */
public final class Clusca {
    private final Registry<ModelFactory> models;
    private final Registry<SchedulerFactory> schedulers;
    private final Registry<CachePolicyFactory> policies;
    private final Registry<ClustererFactory> clusterers;
    private final Devices devices;

    @Inject
    Clusca(
            Registry<ModelFactory> models,
            Registry<SchedulerFactory> schedulers,
            Registry<CachePolicyFactory> policies,
            Registry<ClustererFactory> clusterers,
            Devices devices) {
        this.models = models;
        this.schedulers = schedulers;
        this.policies = policies;
        this.clusterers = clusterers;
        this.devices = devices;
    }

    /**
     * With everything found on the class path; {@code overrides} replace parts of {@link
     * CluscaModule}: what they bind under a name, with a {@code MapBinder}, goes before what is
     * found.
     */
    public static Clusca create(Module... overrides) {
        Module module = Modules.override(new CluscaModule()).with(overrides);
        return Guice.createInjector(module).getInstance(Clusca.class);
    }

    /** Opens a model directory with one thread per core; close the pipeline when done. */
    public static Pipeline open(Path path) {
        return create().open(path, 0);
    }

    /**
     * Opens a model that is on the class path, such as {@code emoji} of {@code
     * clusca-embedded-emoji}, with one thread per core; close the pipeline when done.
     *
     * @throws CluscaException UNKNOWN_NAME when there is none of that name
     */
    public static Pipeline openEmbedded(String name) {
        return open(EmbeddedModels.path(name));
    }

    /**
     * @param threads 0 for one per core; fixed by the first model opened in a process
     * @throws CluscaException when there is no model, or it is damaged or of a kind that no adapter
     *     reads
     */
    public Pipeline open(Path path, int threads) {
        return open(model(path), threads);
    }

    /**
     * @param format how weights are held
     */
    public Pipeline open(Path path, int threads, WeightFormat format) {
        return open(model(path), threads, format);
    }

    /** As {@link #open(Path, int)}, on another device or in another type. */
    public Pipeline open(Path path, OpenOptions options) {
        return open(model(path), options);
    }

    /** Opens a model of the caller's own. */
    public Pipeline open(Model model, int threads) {
        return open(model, threads, WeightFormat.FLOAT32);
    }

    /** Opens a model of the caller's own. */
    public Pipeline open(Model model, int threads, WeightFormat format) {
        return open(model, new OpenOptions(devices.open(threads), WeightFormats.all(format)));
    }

    /** Opens a model of the caller's own. */
    public Pipeline open(Model model, OpenOptions options) {
        return new Pipeline(model, options.device(), this::scheduler, options.weights());
    }

    /**
     * On the device that this opens models on where none is named, with weights as they are.
     *
     * @param threads 0 for one per core; fixed by the first model opened in a process
     */
    public OpenOptions options(int threads) {
        return new OpenOptions(devices.open(threads), WeightFormats.FLOAT32);
    }

    /** Reads a model's description; loads nothing. */
    public Model model(Path path) {
        ModelDirectory directory = LocalModelDirectory.open(path);
        return adapter(directory).open(directory);
    }

    /** The adapter that reads a directory. */
    public ModelFactory adapter(ModelDirectory directory) {
        List<ModelFactory> readers =
                models.all().stream().filter(model -> model.reads(directory)).toList();
        if (readers.isEmpty()) {
            throw Unrecognized.error(directory, models.all());
        }
        return readers.get(0);
    }

    /**
     * The policy of a tag such as {@code clusca:interval=5,clusters=16}; {@code clusca:published}
     * does as the authors' code does.
     */
    public CachePolicy policy(String tag) {
        return policy(tag, "");
    }

    /**
     * The policy of a tag; what the tag leaves open is as the policy's authors published it for the
     * model's family, where they did.
     */
    public CachePolicy policy(String tag, Model model) {
        return policy(tag, model.family());
    }

    /**
     * The tag of the policy where none is asked for: {@code balanced}, or one that goes with a
     * scheduler that adds noise.
     *
     * @param request all but the policy
     */
    public static String usualPolicy(Pipeline pipeline, Request request) {
        return pipeline.scheduler(request).schedule(request.steps()).addsNoise()
                ? "taylorseer"
                : "balanced";
    }

    private CachePolicy policy(String tag, String family) {
        Tag parsed = Tag.parse(tag);
        CachePolicyFactory factory = policies.get(parsed.name());
        Map<String, String> given = new HashMap<>(factory.published(family));
        if (parsed.published()) {
            given.putAll(factory.asPublished());
        }
        given.putAll(parsed.parameters());
        return factory.create(
                Options.resolve("policy " + factory.name(), factory.parameters(), given),
                this::clusterer);
    }

    /**
     * Fits a kind of policy to a model by one generation without a cache. Written to a file, what
     * was found makes the policy where its tag names the file: {@code xslim:file=FILE}.
     *
     * @param tag the policy's name, with what can be chosen of its {@link Calibration}
     * @param request what is generated to measure it; its policy is of no account
     * @throws CluscaException INVALID_PARAMETER for a policy that there is nothing to fit of, or
     *     for too few steps
     */
    public CalibrationRun.Made calibrate(Pipeline pipeline, String tag, Request request) {
        return CalibrationRun.run(pipeline, Tag.parse(tag).name(), calibrator(tag), request);
    }

    /**
     * What measures a generation for a policy, for those who run it themselves.
     *
     * @param tag as {@link #calibrate} takes it
     */
    public Calibrator calibrator(String tag) {
        return new Calibrations(policies, this::clusterer).calibrator(Tag.parse(tag));
    }

    /**
     * The request that a report tells of: of the same model, opened the same way, it gives the same
     * latents, bit for bit on the same machine.
     *
     * @throws CluscaException UNKNOWN_NAME for a policy or scheduler that was the caller's own,
     *     INCOMPATIBLE where latents or noise were
     */
    public Request.Builder request(Provenance made) {
        if (!made.seeded()) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "The report is of a generation whose first latents or noise came from its"
                            + " caller, so its seed does not give them again; make the request by"
                            + " hand, with those.");
        }
        Request.Builder request =
                Request.builder()
                        .conditions(made.conditions())
                        .negativePrompt(made.negativePrompt())
                        .count(made.count())
                        .size(made.size())
                        .steps(made.steps())
                        .guidance(made.guidance())
                        .seed(made.seed())
                        .imageSeeds(made.imageSeeds())
                        .policy(policy(made.policy()))
                        .cachePrecision(made.cachePrecision())
                        .compute(made.compute())
                        .scheduler(
                                scheduler(
                                        made.scheduler(),
                                        new Config("The report", made.schedulerSettings())));
        return made.sequenceLength() == 0
                ? request
                : request.maxSequenceLength(made.sequenceLength());
    }

    /** The clusterer of a tag such as {@code kmeans} or {@code kmeans(empty=zero)}. */
    public Clusterer clusterer(String tag) {
        Tag parsed = Tag.parse(tag);
        ClustererFactory factory = clusterers.get(parsed.name());
        if (parsed.published()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Clusterer "
                            + parsed.name()
                            + " has no published settings; leave the word out.");
        }
        return factory.create(
                Options.resolve(
                        "clusterer " + factory.name(), factory.parameters(), parsed.parameters()));
    }

    /** The scheduler that a configuration names by its {@code _class_name}. */
    public Scheduler scheduler(Config config) {
        String wanted = config.text("_class_name");
        return schedulers.all().stream()
                .filter(factory -> factory.configName().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.UNKNOWN_NAME,
                                        config.origin()
                                                + " names the scheduler "
                                                + wanted
                                                + ", which is not there. Available: "
                                                + String.join(
                                                        ", ",
                                                        schedulers.all().stream()
                                                                .map(SchedulerFactory::configName)
                                                                .toList())
                                                + ".",
                                        List.of(Advice.ANOTHER_SCHEDULER)))
                .create(config);
    }

    /** A scheduler by name, with the betas and the other settings of a model's configuration. */
    public Scheduler scheduler(String name, Config config) {
        return schedulers.get(name).create(config);
    }

    public Registry<ModelFactory> models() {
        return models;
    }

    public Registry<SchedulerFactory> schedulers() {
        return schedulers;
    }

    public Registry<CachePolicyFactory> policies() {
        return policies;
    }

    public Registry<ClustererFactory> clusterers() {
        return clusterers;
    }
}
