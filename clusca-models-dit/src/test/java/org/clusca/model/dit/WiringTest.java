package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.clusca.Clusca;
import org.clusca.CluscaModule;
import org.clusca.Devices;
import org.clusca.api.Options;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.model.Config;
import org.clusca.api.model.Model;
import org.clusca.api.model.ModelDirectory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.schedule.Scheduler;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.cluster.RandomLabels;
import org.clusca.engine.Pipeline;
import org.clusca.onnx.CpuDevice;
import org.junit.jupiter.api.Test;

/** Parts that a module binds under a name that Clusca ships: they go before those. */
final class WiringTest {
    private static <F> Module binding(Class<F> type, String name, F part) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                MapBinder.newMapBinder(
                                binder(), TypeLiteral.get(String.class), TypeLiteral.get(type))
                        .addBinding(name)
                        .toInstance(part);
            }
        };
    }

    /** A policy that computes everything and calls itself clusca. */
    private static final class Everything implements CachePolicyFactory {
        @Override
        public String name() {
            return "clusca";
        }

        @Override
        public String description() {
            return "Computes everything.";
        }

        @Override
        public CachePolicy create(Options options, Function<String, Clusterer> clusterers) {
            return NoCache.INSTANCE;
        }
    }

    @Test
    void aPolicyIsReplaced() {
        Module module = binding(CachePolicyFactory.class, "clusca", new Everything());
        assertThat(Clusca.create(module).policy("clusca")).isSameAs(NoCache.INSTANCE);
        assertThat(Clusca.create(module).policies().names())
                .isEqualTo(Clusca.create().policies().names());
    }

    @Test
    void aServiceWithAnInjectorOfItsOwnJustBinds() {
        Module module = binding(CachePolicyFactory.class, "clusca", new Everything());
        Clusca clusca = Guice.createInjector(new CluscaModule(), module).getInstance(Clusca.class);
        assertThat(clusca.policy("clusca")).isSameAs(NoCache.INSTANCE);
    }

    @Test
    void aSchedulerIsReplaced() {
        SchedulerFactory shipped = Clusca.create().schedulers().get("ddpm");
        SchedulerFactory other =
                new SchedulerFactory() {
                    @Override
                    public String name() {
                        return "ddim";
                    }

                    @Override
                    public String configName() {
                        return "DDIMScheduler";
                    }

                    @Override
                    public String description() {
                        return "DDPM where DDIM was asked for.";
                    }

                    @Override
                    public Scheduler create(Config config) {
                        return shipped.create(config);
                    }
                };
        Clusca clusca = Clusca.create(binding(SchedulerFactory.class, "ddim", other));
        Config config = clusca.model(TinyDit.folder()).scheduler();
        assertThat(clusca.scheduler("ddim", config).name()).isEqualTo("ddpm");
        assertThat(Clusca.create().scheduler("ddim", config).name()).isEqualTo("ddim");
    }

    @Test
    void aClustererIsReplaced() {
        ClustererFactory shipped = Clusca.create().clusterers().get("random");
        ClustererFactory other =
                new ClustererFactory() {
                    @Override
                    public String name() {
                        return "kmeans";
                    }

                    @Override
                    public String description() {
                        return "Random where k-means was asked for.";
                    }

                    @Override
                    public Clusterer create(Options options) {
                        return shipped.create(options);
                    }
                };
        Clusca clusca = Clusca.create(binding(ClustererFactory.class, "kmeans", other));
        assertThat(clusca.clusterer("kmeans")).isInstanceOf(RandomLabels.class);
        assertThat(Clusca.create().clusterer("kmeans")).isNotInstanceOf(RandomLabels.class);
    }

    @Test
    void aModelFactoryIsReplaced() {
        ModelFactory shipped = Clusca.create().models().get("dit");
        List<ModelDirectory> opened = new ArrayList<>();
        ModelFactory other =
                new ModelFactory() {
                    @Override
                    public String name() {
                        return "dit";
                    }

                    @Override
                    public String description() {
                        return "DiT, counted.";
                    }

                    @Override
                    public boolean reads(ModelDirectory directory) {
                        return shipped.reads(directory);
                    }

                    @Override
                    public Model open(ModelDirectory directory) {
                        opened.add(directory);
                        return shipped.open(directory);
                    }
                };
        Clusca.create(binding(ModelFactory.class, "dit", other)).model(TinyDit.folder());
        assertThat(opened).hasSize(1);
    }

    @Test
    void theDeviceIsReplaced() {
        List<Integer> asked = new ArrayList<>();
        Devices counted =
                threads -> {
                    asked.add(threads);
                    return new CpuDevice(threads);
                };
        Module module =
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(Devices.class).toInstance(counted);
                    }
                };
        try (Pipeline pipeline = Clusca.create(module).open(TinyDit.folder(), 0)) {
            assertThat(pipeline.generate(TinyDit.request("none").steps(1).build()).stepLatents())
                    .hasSize(1);
        }
        assertThat(asked).containsExactly(0);
    }
}
