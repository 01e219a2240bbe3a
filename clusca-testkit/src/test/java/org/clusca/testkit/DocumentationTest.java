package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.clusca.Clusca;
import org.clusca.Registry;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.StepKind;
import org.clusca.api.cluster.Clustering;
import org.clusca.api.model.Config;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plug-ins of the documentation, compiled from its pages, work and pass the kit. */
final class DocumentationTest {
    @TempDir private Path folder;

    private static void passes(Page page) throws ClassNotFoundException {
        List<Class<?>> tests = page.tests();
        assertThat(tests).as("Tests in the page").isNotEmpty();
        for (Class<?> test : tests) {
            Kit kit = Kit.run(test);
            assertThat(kit.failures()).as(test.getName()).isEmpty();
            assertThat(kit.passed()).as(test.getName()).isGreaterThan(9);
        }
    }

    private static <F> void found(Registry<F> registry, String name) {
        assertThat(Registry.origin(registry.get(name))).as(name).isEqualTo("page.jar");
    }

    @Test
    void clusterer() throws Exception {
        try (Page page = Page.open("adding-a-clusterer.md", folder)) {
            page.within(
                    () -> {
                        passes(page);
                        Clusca clusca = Clusca.create();
                        found(clusca.clusterers(), "farthest");
                        CachePolicy policy =
                                clusca.policy("clusca:interval=3,clusters=4,clusterer=farthest");
                        List<Clustering> clusterings = new ArrayList<>();
                        try (Pipeline pipeline = ToyModel.pipeline()) {
                            Generated generated =
                                    pipeline.generate(
                                            ToyModel.request(policy)
                                                    .listener(
                                                            step ->
                                                                    clusterings.add(
                                                                            step.clustering()
                                                                                    .orElseThrow()))
                                                    .build());
                            assertThat(generated.report().provenance().policy())
                                    .endsWith(",clusterer=farthest");
                            assertThat(generated.report().count(StepKind.TOKENS)).isEqualTo(7);
                        }
                        assertThat(clusterings.get(11).sizes(0)).hasSize(4).doesNotContain(0);
                    });
        }
    }

    @Test
    void policy() throws Exception {
        try (Page page = Page.open("adding-a-policy.md", folder)) {
            assertThat(page.lines("Every")).as("Lines of the small policy").isLessThanOrEqualTo(40);
            assertThat(page.lines("Turns"))
                    .as("Lines of the one that clusters")
                    .isLessThanOrEqualTo(120);
            page.within(
                    () -> {
                        passes(page);
                        Clusca clusca = Clusca.create();
                        found(clusca.policies(), "every");
                        found(clusca.policies(), "turns");
                        assertThat(clusca.policy("every").tag()).isEqualTo("every:interval=2");
                        Report every = tried(page, clusca.policy("every:interval=4"));
                        assertThat(every.count(StepKind.FULL)).isEqualTo(5);
                        assertThat(every.count(StepKind.PREDICTED)).isEqualTo(15);
                        Report turns = tried(page, clusca.policy("turns:clusters=4"));
                        assertThat(turns.provenance().policy())
                                .isEqualTo(
                                        "turns:interval=5,clusters=4,propagation=0.007,clusterer=kmeans");
                        assertThat(clusca.policies().get("turns").published("flux"))
                                .containsEntry("clusters", "64");
                        assertThat(turns.count(StepKind.FULL)).isEqualTo(4);
                        assertThat(turns.count(StepKind.TOKENS)).isEqualTo(16);
                    });
        }
    }

    /** By the program in the page. */
    private static Report tried(Page page, CachePolicy policy) throws ReflectiveOperationException {
        Object program = page.load("TryIt").getConstructor().newInstance();
        assertThat(program).isInstanceOf(Function.class);
        return (Report)
                program.getClass().getMethod("apply", CachePolicy.class).invoke(program, policy);
    }

    @Test
    void scheduler() throws Exception {
        try (Page page = Page.open("adding-a-scheduler.md", folder)) {
            page.within(
                    () -> {
                        passes(page);
                        Clusca clusca = Clusca.create();
                        found(clusca.schedulers(), "straight");
                        Config config = ToyModel.create().scheduler();
                        try (Pipeline pipeline = clusca.open(ToyModel.create(), 0)) {
                            Report report =
                                    pipeline.generate(
                                                    ToyModel.request(NoCache.INSTANCE)
                                                            .steps(4)
                                                            .scheduler(
                                                                    clusca.scheduler(
                                                                            "straight", config))
                                                            .build())
                                            .report();
                            assertThat(report.provenance().scheduler()).isEqualTo("straight");
                            assertThat(report.steps().stream().map(Report.Step::timestep))
                                    .containsExactly(1000.0, 750.0, 500.0, 250.0);
                        }
                    });
        }
    }

    @Test
    void model() throws Exception {
        try (Page page = Page.open("adding-a-model.md", folder)) {
            Path directory = Files.createDirectories(folder.resolve("mini"));
            page.within(
                    () -> {
                        passes(page);
                        found(Clusca.create().models(), "mini");
                        page.load("MiniTest")
                                .getMethod("write", Path.class)
                                .invoke(null, directory);
                        try (Pipeline pipeline = Clusca.open(directory)) {
                            Generated generated =
                                    pipeline.generate(
                                            Request.builder()
                                                    .conditions("plus", "minus")
                                                    .steps(6)
                                                    .policy(Clusca.create().policy("fora"))
                                                    .decode(false)
                                                    .build());
                            assertThat(generated.latents().shape()).containsExactly(2, 1, 4, 4);
                            assertThat(generated.report().provenance().origin().model())
                                    .isEqualTo("mini");
                            assertThat(generated.report().provenance().guidance()).isEqualTo(1.5);
                        }
                    });
        }
    }
}
