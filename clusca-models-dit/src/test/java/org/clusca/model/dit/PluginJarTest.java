package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.Registry;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.SafetensorsWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar with a part of each of the four kinds is found and works, without touching Clusca. */
final class PluginJarTest {
    @TempDir private static Path folder;
    private static URLClassLoader loader;
    private static Clusca clusca;

    @BeforeAll
    static void install() throws IOException {
        Path jar =
                PluginJar.build(
                        folder,
                        Map.of(
                                ClustererFactory.class, "org.example.StripesFactory",
                                CachePolicyFactory.class, "org.example.AlternatingFactory",
                                SchedulerFactory.class, "org.example.StraightFactory",
                                ModelFactory.class, "org.example.ToyFactory"));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before);
        thread.setContextClassLoader(loader);
        try {
            clusca = Clusca.create();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @AfterAll
    static void remove() throws IOException {
        loader.close();
    }

    private static <F> void assertFound(Registry<F> registry, String name, String own) {
        assertThat(registry.names()).contains(name, own);
        assertThat(Registry.origin(registry.get(name))).isEqualTo("my-plugins.jar");
        assertThat(Registry.origin(registry.get(own))).isNotEqualTo("my-plugins.jar");
    }

    @Test
    void clusterer() {
        assertFound(clusca.clusterers(), "stripes", "kmeans");
        List<Clustering> clusterings = new ArrayList<>();
        Generated generated =
                generate(
                        TinyDit.folder(),
                        TinyDit.request("none")
                                .policy(
                                        clusca.policy(
                                                "clusca:interval=3,clusters=8,clusterer=stripes(shift=3)"))
                                .listener(
                                        progress ->
                                                clusterings.add(
                                                        progress.clustering().orElseThrow())));
        assertThat(generated.report().provenance().policy())
                .endsWith(",clusterer=stripes(shift=3)");
        assertThat(clusterings).hasSize(6);
        assertThat(clusterings.get(5).labels()[1]).hasSize(64).startsWith(3, 4, 5, 6, 7, 0, 1);
        assertThat(generated.report().count(StepKind.TOKENS)).isEqualTo(4 - 1);
    }

    @Test
    void policy() {
        assertFound(clusca.policies(), "alternating", "clusca");
        Report report =
                generate(
                                TinyDit.folder(),
                                TinyDit.request("none").policy(clusca.policy("alternating")))
                        .report();
        assertThat(report.provenance().policy()).isEqualTo("alternating");
        assertThat(report.count(StepKind.FULL)).isEqualTo(3);
        assertThat(report.count(StepKind.PREDICTED)).isEqualTo(3);
    }

    @Test
    void scheduler() {
        assertFound(clusca.schedulers(), "straight", "ddim");
        try (Pipeline pipeline = clusca.open(TinyDit.folder(), 0)) {
            Generated generated =
                    pipeline.generate(
                            TinyDit.request("none")
                                    .scheduler(
                                            clusca.scheduler(
                                                    "straight", pipeline.model().scheduler()))
                                    .build());
            assertThat(generated.report().provenance().scheduler()).isEqualTo("straight");
            assertThat(generated.report().steps().stream().map(Report.Step::timestep).limit(2))
                    .containsExactly(999.0, 1000.0 * 5 / 6 - 1);
        }
    }

    @Test
    void model() throws IOException {
        assertFound(clusca.models(), "toy", "dit");
        Path toy = toy();
        try (Pipeline pipeline = clusca.open(toy, 0)) {
            assertThat(pipeline.model().name()).isEqualTo("toy");
            Request.Builder request =
                    Request.builder()
                            .conditions("plus", "minus")
                            .steps(7)
                            .keepLatents(true)
                            .decode(false);
            Generated plain = pipeline.generate(request.build());
            assertThat(plain.latents().shape()).containsExactly(2, 1, 4, 4);
            assertThat(plain.report().provenance().scheduler()).isEqualTo("straight");
            assertThat(plain.report().provenance().labels()).containsExactly("plus", "minus");
            // every policy works with it, the engine's own and the one beside it
            for (String full : List.of("fora:interval=1", "clusca:interval=1,clusters=4")) {
                TinyDit.assertSameBits(
                        full,
                        pipeline.generate(request.policy(clusca.policy(full)).build()),
                        plain);
            }
            for (String tag : List.of("alternating", "taylorseer", "clusca:clusters=4")) {
                Generated cached = pipeline.generate(request.policy(clusca.policy(tag)).build());
                assertThat(cached.latents().isFinite()).isTrue();
                assertThat(cached.latents().toArray()).isNotEqualTo(plain.latents().toArray());
            }
        }
    }

    private static Generated generate(Path model, Request.Builder request) {
        try (Pipeline pipeline = clusca.open(model, 0)) {
            return pipeline.generate(request.build());
        }
    }

    private static Path toy() throws IOException {
        Path toy = Files.createDirectories(folder.resolve("toy"));
        Files.writeString(
                toy.resolve("toy.json"),
                "{\"_class_name\": \"StraightScheduler\", \"speed\": 0.5}");
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("time.weight", ramp(8, 1));
        weights.put("in.weight", ramp(8, 1));
        weights.put("in.bias", ramp(8));
        weights.put("mlp.weight", ramp(8, 8));
        weights.put("out.weight", ramp(1, 8));
        SafetensorsWriter.write(toy.resolve("model.safetensors"), weights);
        return toy;
    }

    /** Some numbers between -1 and 1. */
    private static Tensor ramp(int... shape) {
        float[] values = new float[(int) Tensor.count(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(1.7 * i + Arrays.hashCode(shape) % 7);
        }
        return Tensor.of(values, shape);
    }
}
