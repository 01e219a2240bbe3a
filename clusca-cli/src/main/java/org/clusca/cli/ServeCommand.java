package org.clusca.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.server.CluscaServer;
import org.clusca.server.Settings;
import org.clusca.server.openai.Limits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A service until it is stopped. */
@Command(
        name = "serve",
        sortOptions = false,
        description = {
            "Generates for clients of OpenAI's image API, and shows a page at /.",
            "Prints one line when it is ready, and one for each request on the standard error stream. Ctrl-C refuses what waits and lets finish what is being made."
        },
        footer = {
            "",
            "Examples:",
            "  clusca serve",
            "  clusca serve --port 9000 --batch-wait 20",
            "  clusca serve --model emoji --model flux=FLUX.1-schnell --model video=HunyuanVideo",
            "  clusca serve --host 0.0.0.0 --token \"$(cat token)\"",
            "  curl http://localhost:8080/v1/images/generations -H 'Content-Type: application/json' -d '{\"prompt\": \"sunflower\"}'"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Settings USUAL = Settings.usual(Map.of());

    @Option(
            names = "--model",
            paramLabel = "NAME=DIR",
            description =
                    "A model by the name that clients use: a directory, one .safetensors file, or an embedded model; without NAME=, the last part of it. May be given several times; the first is meant where a client names none. Loaded when it is first asked for. Default: emoji.")
    private List<String> models = List.of("emoji");

    @Mixin private EngineOptions engine = new EngineOptions();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description =
                    "Where to listen. Another than loopback needs --token or --no-token. Default: 127.0.0.1.")
    private String host = USUAL.host();

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "0 for any that is free. Default: 8080.")
    private int port = USUAL.port();

    @Option(
            names = "--token",
            paramLabel = "T",
            description =
                    "What clients must send as 'Authorization: Bearer T', which OpenAI's call their API key.")
    private @Nullable String token;

    @Option(names = "--no-token", description = "Whoever reaches the address may ask.")
    private boolean noToken;

    @Option(
            names = "--queue",
            paramLabel = "N",
            description = "Requests that wait; more are refused with 429. Default: 64.")
    private int queue = USUAL.queue();

    @Option(
            names = "--batch-wait",
            paramLabel = "MS",
            description =
                    "How long a request waits for others that can be made with it, in milliseconds. Those that wait anyway are made together in any case. Default: 0.")
    private int batchWait;

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            description = "Pictures that are made together. Default: 8.")
    private int batch = USUAL.batch();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Of a request for pictures, waiting included. Default: 300.")
    private int timeout = (int) USUAL.timeout().toSeconds();

    @Option(
            names = "--max-size",
            paramLabel = "PIXELS",
            description = "Longest side of a picture or video. Default: 2048.")
    private int side = USUAL.limits().side();

    @Option(names = "--max-steps", paramLabel = "N", description = "Denoising steps. Default: 250.")
    private int steps = USUAL.limits().steps();

    @Option(
            names = "--max-count",
            paramLabel = "N",
            description = "Pictures of one request. Default: 10.")
    private int count = USUAL.limits().count();

    @Option(
            names = "--max-frames",
            paramLabel = "N",
            description = "Frames of a video. Default: 257.")
    private int frames = USUAL.limits().frames();

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            description = "Of a request. Default: 1048576.")
    private int body = USUAL.limits().body();

    @Option(
            names = "--keep",
            paramLabel = "N",
            description =
                    "Pictures, and as many videos, that are kept for an hour to be fetched. Default: 256.")
    private int keep = USUAL.keep();

    @Spec private CommandSpec spec;

    private final Console console;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        checkAccess();
        Clusca clusca = Clusca.create();
        Settings settings = settings();
        settings.models().values().forEach(clusca::model);
        CluscaServer server =
                CluscaServer.start(
                        clusca,
                        settings,
                        path -> engine.open(clusca, path),
                        console.err()::println);
        Runnable stop = server::close;
        Interruption.remember(stop);
        console.out().println("clusca serves " + names(settings) + " at " + server.address());
        try {
            // until the process is stopped, or who runs this in its own
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // closing waits for what is being made, which an interrupt would end
            Interruption.forget(stop);
            server.close();
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static String names(Settings settings) {
        return String.join(", ", settings.models().keySet());
    }

    private void checkAccess() {
        if (token != null && noToken) {
            throw new ParameterException(
                    spec.commandLine(), "--token and --no-token exclude each other");
        }
        if (token != null && token.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--token is empty");
        }
        if (token == null && !noToken && !CluscaServer.isLoopback(host)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--host "
                            + host
                            + " can be reached from other machines: say --token T, or --no-token"
                            + " if whoever reaches it may ask");
        }
    }

    private Settings settings() {
        return new Settings(
                directories(),
                host,
                range("--port", port, 0, 65_535),
                token,
                range("--queue", queue, 1, 10_000),
                Duration.ofMillis(range("--batch-wait", batchWait, 0, 60_000)),
                range("--max-batch", batch, 1, 1024),
                Duration.ofSeconds(range("--timeout", timeout, 1, 1_000_000)),
                USUAL.videoTimeout(),
                USUAL.grace(),
                range("--keep", keep, 1, 1_000_000),
                USUAL.keepFor(),
                new Limits(
                        range("--max-size", side, 1, 100_000),
                        range("--max-steps", steps, 1, 1000),
                        range("--max-count", count, 1, 1000),
                        range("--max-frames", frames, 1, 100_000),
                        USUAL.limits().prompt(),
                        range("--max-body", body, 100, 1 << 30)));
    }

    private static int range(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    option + " must be from " + least + " to " + most + ", found " + value + ".");
        }
        return value;
    }

    /** By name, in their order. */
    private Map<String, Path> directories() {
        Map<String, Path> directories = new LinkedHashMap<>();
        for (String model : models) {
            int equals = model.indexOf('=');
            Path path = ModelOptions.path(equals < 0 ? model : model.substring(equals + 1));
            String name = equals < 0 ? last(path) : model.substring(0, equals);
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "--model: a name has letters, digits, '.', '_' and '-', found '"
                                + name
                                + "'; give one as NAME=DIR.");
            }
            if (directories.put(name, path) != null) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "--model: two are named " + name + "; name them apart as NAME=DIR.");
            }
        }
        return directories;
    }

    private static String last(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }
}
