package org.clusca.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Report;
import org.clusca.server.model.ModelStore;
import org.clusca.server.queue.Observer;
import org.clusca.server.queue.WorkQueue;

/** What Prometheus is told. */
final class Metrics implements Observer {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicLong cacheBytes = new AtomicLong();
    private final DistributionSummary speedUp =
            DistributionSummary.builder("clusca.speedup")
                    .description("Times faster than full steps throughout, of each generation")
                    .register(registry);
    private final DistributionSummary pictures =
            DistributionSummary.builder("clusca.pictures")
                    .description("Pictures or videos of each generation")
                    .register(registry);
    private final Timer generation =
            Timer.builder("clusca.generation")
                    .description("Generations, decoding included")
                    .register(registry);

    Metrics(WorkQueue queue, ModelStore models) {
        Gauge.builder("clusca.queue.length", queue, WorkQueue::size)
                .description("Requests that wait")
                .register(registry);
        Gauge.builder("clusca.models.open", models, store -> store.openNames().size())
                .description("Models that are open")
                .register(registry);
        Gauge.builder("clusca.cache.bytes", cacheBytes, AtomicLong::get)
                .baseUnit("bytes")
                .description("Feature cache of the last generation")
                .register(registry);
    }

    @Override
    public void generated(Report report, int made) {
        generation.record(nanoseconds(report.seconds()));
        pictures.record(made);
        cacheBytes.set(report.cacheBytes());
        double steps = 0;
        for (Report.Step step : report.steps()) {
            steps += step.seconds();
            Timer.builder("clusca.step")
                    .description("Steps by kind")
                    .tag("kind", step.kind().toString())
                    .register(registry)
                    .record(nanoseconds(step.seconds()));
        }
        double full = report.medianSeconds(StepKind.FULL) * report.steps().size();
        if (full > 0 && steps > 0) {
            speedUp.record(full / steps);
        }
    }

    void answered(String route, int status) {
        Counter.builder("clusca.requests")
                .description("Requests by route and status")
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .increment();
    }

    /** In Prometheus's text format. */
    String text() {
        return registry.scrape();
    }

    private static Duration nanoseconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
