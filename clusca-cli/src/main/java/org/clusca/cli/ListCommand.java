package org.clusca.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.clusca.Clusca;
import org.clusca.Registry;
import org.clusca.Tag;
import org.clusca.api.Parameter;
import org.clusca.api.cache.CachePolicyFactory;
import org.clusca.api.cache.Calibration;
import org.clusca.api.cluster.ClustererFactory;
import org.clusca.api.model.ModelFactory;
import org.clusca.api.schedule.SchedulerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The parts there are. */
@Command(
        name = "list",
        sortOptions = false,
        description = {
            "Lists models, schedulers, policies and clusterers, with their parameters.",
            "Also the jar or folder that each comes from. More are found in jars on the class path, which CLUSCA_CLASSPATH adds to."
        },
        footer = {
            "",
            "Examples:",
            "  clusca list",
            "  clusca list --policies",
            "  CLUSCA_CLASSPATH=my-clusterer.jar clusca list --clusterers"
        })
final class ListCommand implements Callable<Integer> {
    @Option(names = "--models", description = "Only the families of models.")
    private boolean models;

    @Option(names = "--schedulers", description = "Only schedulers.")
    private boolean schedulers;

    @Option(names = "--policies", description = "Only cache policies.")
    private boolean policies;

    @Option(names = "--clusterers", description = "Only clusterers.")
    private boolean clusterers;

    private final Console console;

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Clusca clusca = Clusca.create();
        boolean all = !(models || schedulers || policies || clusterers);
        if (all || models) {
            head("models");
            for (ModelFactory model : clusca.models().all()) {
                entry(model.name(), model.description(), List.of(), model);
            }
        }
        if (all || schedulers) {
            head("schedulers");
            for (SchedulerFactory scheduler : clusca.schedulers().all()) {
                entry(
                        scheduler.name(),
                        scheduler.description() + " (" + scheduler.configName() + ")",
                        List.of(),
                        scheduler);
            }
        }
        if (all || policies) {
            head("policies");
            for (CachePolicyFactory policy : clusca.policies().all()) {
                String source = policy.source().isEmpty() ? "" : " (" + policy.source() + ")";
                entry(policy.name(), policy.description() + source, policy.parameters(), policy);
                clusca.models().names().forEach(family -> published(policy, family));
                policy.calibration().ifPresent(this::calibration);
            }
        }
        if (all || clusterers) {
            head("clusterers");
            for (ClustererFactory clusterer : clusca.clusterers().all()) {
                entry(clusterer.name(), clusterer.description(), clusterer.parameters(), clusterer);
            }
        }
        return 0;
    }

    private void head(String kind) {
        console.out().println(kind);
    }

    /** What stands in for the defaults on one family of models. */
    private void published(CachePolicyFactory policy, String family) {
        Map<String, String> settings = policy.published(family);
        Tag tag = new Tag(policy.name(), Map.of());
        for (Parameter parameter : policy.parameters()) {
            String value = settings.get(parameter.name());
            tag = value == null ? tag : tag.with(parameter.name(), value);
        }
        if (!settings.isEmpty()) {
            console.out().println("      as published for " + family + ": " + tag);
        }
    }

    private void calibration(Calibration calibration) {
        console.out().println("      calibrated by clusca calibrate:");
        calibration.parameters().forEach(parameter -> parameter("        ", parameter));
    }

    private void parameter(String indent, Parameter parameter) {
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s%s=%s  (%s) %s%n",
                        indent,
                        parameter.name(),
                        parameter.defaultValue(),
                        parameter.range(),
                        parameter.description());
    }

    private void entry(
            String name, String description, List<Parameter> parameters, Object factory) {
        console.out().println("  " + name + ": " + description);
        parameters.forEach(parameter -> parameter("      ", parameter));
        console.out().println("      from " + Registry.origin(factory));
    }
}
