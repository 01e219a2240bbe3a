package org.clusca.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Pipeline;
import org.clusca.server.model.ModelStore;
import org.clusca.server.openai.ApiException;
import org.clusca.server.openai.Listing;
import org.clusca.server.queue.VideoFile;
import org.clusca.server.queue.WorkQueue;
import org.clusca.server.queue.Worker;
import org.clusca.server.store.Kept;
import org.clusca.server.store.Picture;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** A running service; close it to stop. */
public final class CluscaServer implements AutoCloseable {
    /** Attribute of a request whose answer tells of a failure. */
    static final String FAILURE = "clusca.failure";

    private static final String PAGE = "page/index.html";

    /** Bytes of pictures that can be fetched. */
    private static final long MOST_KEPT = 256L << 20;

    private static final int THREADS_BESIDE = 32;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Settings settings;
    private final ServerLog log;
    private final ModelStore models;
    private final WorkQueue queue;
    private final Metrics metrics;
    private final Thread worker;
    private final Running running = new Running();
    private final Path folder;
    private final Kept<Picture> pictures;
    private final Kept<VideoJob> videos;
    private final Javalin http;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Starts with models that are opened the usual way.
     *
     * @param log gets one line for each request
     * @throws CluscaException IO when the port is in use or the address is not this machine's; what
     *     is wrong with a model's directory
     */
    public static CluscaServer start(Clusca clusca, Settings settings, Consumer<String> log) {
        settings.models().values().forEach(clusca::model);
        return start(clusca, settings, path -> clusca.open(path, 0), log);
    }

    /**
     * @param open opens a model's directory
     */
    public static CluscaServer start(
            Clusca clusca, Settings settings, Function<Path, Pipeline> open, Consumer<String> log) {
        if (settings.models().isEmpty()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER, "A service needs at least one model.");
        }
        return new CluscaServer(clusca, settings, open, log);
    }

    private CluscaServer(
            Clusca clusca, Settings settings, Function<Path, Pipeline> open, Consumer<String> log) {
        this.settings = settings;
        this.log = new ServerLog(log);
        Map<String, Supplier<Pipeline>> sources = new LinkedHashMap<>();
        settings.models().forEach((name, path) -> sources.put(name, () -> open.apply(path)));
        models = new ModelStore(sources);
        queue = new WorkQueue(settings.queue(), settings.batchWait(), settings.batch());
        metrics = new Metrics(queue, models);
        folder = temporaryFolder();
        Kept.Bound bound = new Kept.Bound(settings.keep(), MOST_KEPT, settings.keepFor());
        pictures = new Kept<>(bound, picture -> picture.bytes().length, picture -> {});
        videos = new Kept<>(bound, video -> 0, VideoJob::drop);
        VideoNames names = new VideoNames(folder);
        worker =
                new Thread(
                        new Worker(
                                queue, models, rate -> new VideoFile(names.next(), rate), metrics),
                        "clusca-worker");
        worker.setDaemon(true);
        Work work = new Work(queue, models);
        http = Javalin.create(config -> configure(config, clusca, work));
        try {
            http.start();
        } catch (RuntimeException e) {
            deleteFolder();
            throw refused(e);
        }
        worker.start();
    }

    private void configure(JavalinConfig config, Clusca clusca, Work work) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.defaultContentType = Bodies.JSON;
        config.jetty.host = settings.host();
        config.jetty.port = settings.port();
        // each request that waits has a thread, so that more of them than may wait can be refused
        config.jetty.threadPool = new QueuedThreadPool(settings.queue() + THREADS_BESIDE, 4);
        config.jetty.modifyHttpConfiguration(
                http -> {
                    http.setSendServerVersion(false);
                    http.setIdleTimeout(IDLE.toMillis());
                });
        config.requestLogger.http(this::logged);
        config.routes.exception(Exception.class, this::failed);
        config.routes.error(404, request -> unknown(request, 404));
        config.routes.error(405, request -> unknown(request, 405));
        Access access = new Access(settings);
        config.routes.before(access::check);
        config.routes.before("/v1/*", request -> running.requireOpen());
        ImageRoutes images = new ImageRoutes(clusca, settings, models, work, pictures);
        config.routes.post(
                "/v1/images/generations",
                request -> running.during(() -> images.generate(request)));
        config.routes.get("/v1/images/{id}", images::fetch);
        config.routes.get("/v1/images/{id}/report", images::report);
        VideoRoutes films = new VideoRoutes(clusca, settings, models, work, videos);
        config.routes.post("/v1/videos", films::create);
        config.routes.get("/v1/videos", films::list);
        config.routes.get("/v1/videos/{id}", films::poll);
        config.routes.delete("/v1/videos/{id}", films::delete);
        config.routes.get("/v1/videos/{id}/content", films::fetch);
        config.routes.get("/v1/videos/{id}/report", films::report);
        ListRoutes lists = new ListRoutes(models);
        config.routes.get("/v1/models", lists::models);
        config.routes.get("/v1/models/{name}", lists::model);
        config.routes.get(
                "/v1/policies", request -> Bodies.answer(request, Listing.policies(clusca)));
        config.routes.get("/health", request -> Bodies.answer(request, Map.of("status", "ok")));
        config.routes.get("/ready", this::ready);
        config.routes.get(
                "/metrics",
                request ->
                        request.contentType("text/plain; version=0.0.4; charset=utf-8")
                                .result(metrics.text()));
        config.routes.get("/", CluscaServer::page);
    }

    private void ready(Context request) {
        running.requireOpen();
        if (!worker.isAlive()) {
            throw new CluscaException(ErrorCode.CLOSED, "Nothing is being made any more.");
        }
        Bodies.answer(request, Map.of("status", "ready", "waiting", queue.size()));
    }

    private static void page(Context request) throws IOException {
        try (InputStream page = CluscaServer.class.getResourceAsStream(PAGE)) {
            if (page == null) {
                throw ApiException.notFound("not_found", null, "There is no page.");
            }
            request.contentType("text/html; charset=utf-8")
                    .header(
                            "Content-Security-Policy",
                            "default-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:")
                    .result(page.readAllBytes());
        }
    }

    private void failed(Exception failure, Context request) {
        ApiException known = ApiException.of(failure);
        request.attribute(FAILURE, known);
        Bodies.fail(request, known);
    }

    private void unknown(Context request, int status) {
        if (request.attribute(FAILURE) == null) {
            failed(
                    status == 404
                            ? ApiException.notFound(
                                    "not_found",
                                    null,
                                    "There is nothing at " + request.path() + ".")
                            : ApiException.refused(
                                    405,
                                    "method_not_allowed",
                                    request.path() + " takes another method."),
                    request);
        }
    }

    private void logged(Context request, Float milliseconds) {
        ApiException failure = request.attribute(FAILURE);
        int status = failure == null ? request.statusCode() : failure.status();
        @Nullable String route =
                request.endpoints().matchedHttpEndpoint() == null
                        ? null
                        : request.endpoints().matchedHttpEndpoint().path;
        metrics.answered(route == null ? "unknown" : route, status);
        log.line(
                request.method()
                        + " "
                        + request.path()
                        + " "
                        + status
                        + " "
                        + Math.round(milliseconds)
                        + " ms"
                        + (failure == null ? "" : " " + failure.getMessage()));
    }

    /** Whether an address is reached from this machine alone. */
    public static boolean isLoopback(String host) {
        return Access.isLoopback(host);
    }

    /** Where it is, with the port that was taken. */
    public String address() {
        String host = settings.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    /**
     * Refuses what is new and what waits, lets finish what is being made as far as {@link
     * Settings#grace} reaches, and closes the models. Closing twice is allowed.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        running.stop();
        queue.close();
        join(settings.grace());
        models.close();
        join(Duration.ofSeconds(5));
        running.await(Duration.ofSeconds(5));
        http.stop();
        videos.clear();
        pictures.clear();
        deleteFolder();
    }

    private void join(Duration most) {
        try {
            worker.join(Math.max(1, most.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CluscaException refused(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || cause instanceof java.net.SocketException
                    || cause instanceof java.nio.channels.UnresolvedAddressException) {
                return new CluscaException(
                        ErrorCode.IO,
                        "Cannot listen at "
                                + settings.host()
                                + ":"
                                + settings.port()
                                + ": "
                                + cause.getMessage()
                                + ". Choose another port or address.",
                        failure);
            }
        }
        return new CluscaException(
                ErrorCode.IO,
                "Cannot listen at "
                        + settings.host()
                        + ":"
                        + settings.port()
                        + ": "
                        + failure.getMessage()
                        + ". Choose another port or address.",
                failure);
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("clusca-videos");
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, "There is no folder for videos: " + e.getMessage() + ".", e);
        }
    }

    private void deleteFolder() {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.line("cannot delete " + folder + ": " + e.getMessage());
        }
    }
}
