package org.clusca;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import java.util.Map;
import java.util.function.Function;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.schedule.SchedulerFactory;

/**
 * Wires Clusca: the factories found on the class path, by name. A service that uses Guice itself
 * installs it and adds to the {@link MapBinder}s or overrides what it wants to replace; nobody else
 * needs to know of it.
 */
public final class CluscaModule extends AbstractModule {
    @Override
    protected void configure() {
        bind(ModelFactory.class, ModelFactory::name);
        bind(SchedulerFactory.class, SchedulerFactory::name);
        bind(CachePolicyFactory.class, CachePolicyFactory::name);
        bind(ClustererFactory.class, ClustererFactory::name);
        bind(Clusca.class).in(Singleton.class);
    }

    private <F> void bind(Class<F> type, Function<F, String> name) {
        MapBinder<String, F> binder =
                MapBinder.newMapBinder(
                        binder(), TypeLiteral.get(String.class), TypeLiteral.get(type));
        Registry.load(type, name)
                .forEach((key, factory) -> binder.addBinding(key).toInstance(factory));
    }

    @Provides
    @Singleton
    Registry<ModelFactory> models(Map<String, ModelFactory> factories) {
        return new Registry<>("model", factories);
    }

    @Provides
    @Singleton
    Registry<SchedulerFactory> schedulers(Map<String, SchedulerFactory> factories) {
        return new Registry<>("scheduler", factories);
    }

    @Provides
    @Singleton
    Registry<CachePolicyFactory> policies(Map<String, CachePolicyFactory> factories) {
        return new Registry<>("policy", factories);
    }

    @Provides
    @Singleton
    Registry<ClustererFactory> clusterers(Map<String, ClustererFactory> factories) {
        return new Registry<>("clusterer", factories);
    }
}
