package org.clusca.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.EmbeddedModels;

/**
 * What a service that generates with the embedded model takes of the machine's memory (RSS; Linux).
 *
 * <p>{@code batches}: six generations of 16 pictures, one after the other, whose feature cache
 * takes 576 MiB. {@code mixed}: 200 requests of several policies on 8 threads.
 */
public final class ServiceMemory {
    private static final List<String> POLICIES =
            List.of("none", "fora", "taylorseer:order=2", "toca", "duca", "clusca");

    private final Clusca clusca = Clusca.create();
    private final Pipeline pipeline;

    private ServiceMemory(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    public static void main(String[] args) throws Exception {
        String what = args.length > 0 ? args[0] : "mixed";
        Clusca clusca = Clusca.create();
        try (Pipeline pipeline = clusca.open(EmbeddedModels.path("emoji"), 0)) {
            ServiceMemory service = new ServiceMemory(pipeline);
            System.out.println("start: " + resident() + " MiB");
            if (what.equals("batches")) {
                service.batches();
            } else {
                service.mixed();
            }
        }
    }

    private void batches() throws IOException {
        for (int i = 1; i <= 6; i++) {
            pipeline.generate(request("taylorseer:order=2", i, 16, 6));
            System.out.println("generation " + i + ": " + resident() + " MiB");
        }
    }

    private void mixed() throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Request request = request(POLICIES.get(i % POLICIES.size()), i, 1 + i % 4, 10);
                running.add(threads.submit(() -> pipeline.generate(request)));
            }
            for (int i = 0; i < running.size(); i++) {
                running.get(i).get();
                if ((i + 1) % 50 == 0) {
                    System.out.println("request " + (i + 1) + ": " + resident() + " MiB");
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    private Request request(String policy, int seed, int pictures, int steps) {
        return Request.builder()
                .conditions(String.valueOf(seed % 50))
                .count(pictures)
                .steps(steps)
                .seed(seed)
                .policy(clusca.policy(policy, pipeline.model()))
                .build();
    }

    /** MiB. */
    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS");
    }
}
