package org.clusca.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.io.EmbeddedModels;
import org.clusca.server.openai.Limits;

/** A service on loopback with the embedded model, and its log. */
final class Service implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    final Clusca clusca;
    final List<String> log = new CopyOnWriteArrayList<>();
    final CluscaServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    Service() {
        this(settings -> settings);
    }

    Service(UnaryOperator<Settings> change) {
        clusca = Clusca.create();
        server = CluscaServer.start(clusca, change.apply(usual(emoji())), log::add);
    }

    Service(Clusca clusca, Settings settings, Function<Path, Pipeline> open) {
        this.clusca = clusca;
        server = CluscaServer.start(clusca, settings, open, log::add);
    }

    static Map<String, Path> emoji() {
        return Map.of("emoji", EmbeddedModels.path("emoji"));
    }

    static Settings usual(Map<String, Path> models) {
        return with(models, 64, Duration.ZERO, null);
    }

    static Settings with(Map<String, Path> models, int queue, Duration wait, String token) {
        return new Settings(
                models,
                "127.0.0.1",
                0,
                token,
                queue,
                wait,
                8,
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                100,
                Duration.ofMinutes(10),
                Limits.USUAL);
    }

    URI at(String path) {
        return URI.create(server.address() + path);
    }

    HttpRequest.Builder post(String path, String body) {
        return HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> generate(String body) throws IOException, InterruptedException {
        return send(post("/v1/images/generations", body));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)));
    }

    HttpResponse<byte[]> bytes(URI address) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        server.close();
    }
}
