package org.clusca;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.util.Map;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.schedule.SchedulerFactory;
import org.clusca.onnx.CpuDevice;

/**
 * Wires Clusca: the factories found on the class path, by name, and those that other modules bind
 * with a {@link MapBinder}, which go before what is found under the same name. What has no name,
 * such as {@link Devices}, is overridden with {@code Modules.override}, or handed to {@link
 * Clusca#create}. A service that uses Guice itself installs it; nobody else needs to know of it.
 */
public final class CluscaModule extends AbstractModule {
    @Override
    protected void configure() {
        declare(ModelFactory.class);
        declare(SchedulerFactory.class);
        declare(CachePolicyFactory.class);
        declare(ClustererFactory.class);
        bind(Devices.class).toInstance(CpuDevice::new);
        bind(Clusca.class).in(Singleton.class);
    }

    private <F> void declare(Class<F> type) {
        MapBinder.newMapBinder(binder(), TypeLiteral.get(String.class), TypeLiteral.get(type));
    }

    @Provides
    @Singleton
    Registry<ModelFactory> models(Map<String, ModelFactory> bound) {
        return Registry.of("model", ModelFactory.class, ModelFactory::name, bound);
    }

    @Provides
    @Singleton
    Registry<SchedulerFactory> schedulers(Map<String, SchedulerFactory> bound) {
        return Registry.of("scheduler", SchedulerFactory.class, SchedulerFactory::name, bound);
    }

    @Provides
    @Singleton
    Registry<CachePolicyFactory> policies(Map<String, CachePolicyFactory> bound) {
        return Registry.of("policy", CachePolicyFactory.class, CachePolicyFactory::name, bound);
    }

    @Provides
    @Singleton
    Registry<ClustererFactory> clusterers(Map<String, ClustererFactory> bound) {
        return Registry.of("clusterer", ClustererFactory.class, ClustererFactory::name, bound);
    }
}
