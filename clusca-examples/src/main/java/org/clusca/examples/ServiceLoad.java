package org.clusca.examples;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;

/**
 * Many requests to a running {@code ./clusca serve}: {@code ServiceLoad PID mixed 200} or {@code
 * ServiceLoad PID soak 10000}, with the number of its process (Linux).
 *
 * <p>{@code mixed}: 8 clients, several policies, steps and counts; every tenth goes away, every
 * twentieth sends what is no request. Every picture is compared with the one that its seed gives
 * alone. {@code soak}: generations of 4 steps. Both print the memory (RSS), threads and open files
 * of the service.
 */
public final class ServiceLoad {
    private static final String[] POLICIES = {
        "none", "balanced", "fora", "taylorseer", "toca", "clusca", "teacache"
    };
    private static final String[] CLASSES = {"sunflower", "owl", "rocket", "tulip"};
    private static final Pattern PICTURE = Pattern.compile("\"b64_json\":\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path process;
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    private final Map<Integer, String> answers = new ConcurrentHashMap<>();
    private final AtomicInteger done = new AtomicInteger();

    private ServiceLoad(String pid) {
        process = Path.of("/proc", pid);
    }

    public static void main(String[] args) throws Exception {
        ServiceLoad load = new ServiceLoad(args[0]);
        int requests = Integer.parseInt(args[2]);
        if (args[1].equals("mixed")) {
            load.run(requests, 50, load::mixed);
            load.compare(requests);
        } else {
            load.run(requests, Math.max(1, requests / 20), load::soak);
        }
        System.out.println("answers by status: " + new TreeMap<>(load.statuses));
    }

    /** One request by its number. */
    private interface Client {
        void ask(int number) throws Exception;
    }

    private void run(int requests, int every, Client client) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) {
            clients.submit(
                    () -> {
                        for (int n = next.getAndIncrement();
                                n < requests;
                                n = next.getAndIncrement()) {
                            client.ask(n);
                            int count = done.incrementAndGet();
                            if (count % every == 0) {
                                System.out.println(count + " requests: " + state());
                            }
                        }
                        return null;
                    });
        }
        clients.shutdown();
        clients.awaitTermination(1, TimeUnit.DAYS);
    }

    private void mixed(int number) throws Exception {
        if (number % 20 == 7) {
            count(
                    send("{\"prompt\": \"owl\", " + (number % 40 == 7 ? "}" : "\"step\": 3}"))
                            .statusCode());
        } else if (number % 10 == 3) {
            leave(number);
        } else {
            HttpResponse<String> response = send(body(number));
            count(response.statusCode());
            answers.put(number, response.body());
        }
    }

    private void soak(int number) throws Exception {
        count(
                send(String.format(
                                Locale.ROOT,
                                "{\"prompt\":\"%s\",\"seed\":%d,\"steps\":4}",
                                CLASSES[number % CLASSES.length],
                                number))
                        .statusCode());
    }

    private static String body(int number) {
        return String.format(
                Locale.ROOT,
                "{\"prompt\":\"%s\",\"n\":%d,\"seed\":%d,\"steps\":%d,\"policy\":\"%s\",\"response_format\":\"b64_json\"}",
                CLASSES[number % CLASSES.length],
                1 + number % 3,
                number,
                steps(number),
                POLICIES[number % POLICIES.length]);
    }

    private static int steps(int number) {
        return 4 + 2 * (number % 4);
    }

    /** Goes away before the answer. */
    private static void leave(int number) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", 8080)) {
            String body = body(number);
            socket.getOutputStream()
                    .write(
                            ("POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.UTF_8));
            Thread.sleep(number % 7 * 20L);
        }
    }

    private HttpResponse<String> send(String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:8080/v1/images/generations"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void count(int status) {
        statuses.computeIfAbsent(status, key -> new AtomicInteger()).incrementAndGet();
    }

    /** With the pictures that the pipeline makes alone, in levels of 255. */
    private void compare(int requests) throws IOException {
        Clusca clusca = Clusca.create();
        int compared = 0;
        int worst = 0;
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            for (int number = 0; number < requests; number++) {
                String answer = answers.get(number);
                if (answer == null) {
                    continue;
                }
                Matcher found = PICTURE.matcher(answer);
                for (int picture = 0; found.find(); picture++) {
                    BufferedImage alone = alone(clusca, pipeline, number, picture);
                    worst = Math.max(worst, difference(read(found.group(1)), alone));
                    compared++;
                }
            }
        }
        System.out.println(
                compared + " pictures compared, the largest difference is " + worst + " of 255");
    }

    private static BufferedImage alone(Clusca clusca, Pipeline pipeline, int number, int picture) {
        Request request =
                Request.builder()
                        .conditions(CLASSES[number % CLASSES.length])
                        .seed(number + picture)
                        .steps(steps(number))
                        .policy(clusca.policy(POLICIES[number % POLICIES.length], pipeline.model()))
                        .build();
        return Pictures.of(pipeline.generate(request).pictures()).get(0);
    }

    private static BufferedImage read(String base64) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    private static int difference(BufferedImage one, BufferedImage other) {
        int most = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    int difference =
                            (one.getRGB(x, y) >> shift & 255) - (other.getRGB(x, y) >> shift & 255);
                    most = Math.max(most, Math.abs(difference));
                }
            }
        }
        return most;
    }

    private String state() throws IOException {
        long files;
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            files = open.count();
        }
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.matches("(VmRSS|Threads):.*")) {
                text.append(line.replaceAll("\\s+", " ")).append(", ");
            }
        }
        return text + "files: " + files;
    }
}
