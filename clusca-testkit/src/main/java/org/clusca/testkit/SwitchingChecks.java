package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Stream;
import org.clusca.engine.Generated;
import org.clusca.policy.Cached;
import org.clusca.policy.Composition;
import org.clusca.policy.Taylor;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.clusca.policy.XSlim;
import org.clusca.testkit.BaseModelTest.Behavior;

/** What becomes of a model when the engine switches its branches. */
record SwitchingChecks(ModelUnderTest model) {
    private static final double TOLERANCE = 1e-5;

    void theSwitchedGraphEqualsThePlainOne() {
        Generated plain = model.generate(model.request().count(2));
        for (GraphForms form : forms()) {
            Generated switched = model.generate(model.request().count(2).policy(form.computing()));
            Checks.sameBits(
                    "A graph whose branches can be switched ("
                            + form
                            + ") must equal the plain one bit for bit",
                    switched,
                    plain);
        }
    }

    void whatIsForecastOfTheSameInputIsWhatWasComputed() {
        for (GraphForms form : forms()) {
            List<Tensor> outputs = walked(new Walking(1, 500, 500), form).outputs();
            Checks.close(
                    "The output of a step that forecasts must be that of the step before, which"
                            + " computed the same ("
                            + form
                            + ")",
                    outputs.get(1),
                    outputs.get(0),
                    TOLERANCE);
        }
    }

    void aForecastBlockAddsToThisStepsOwnStreams() {
        if (!model.has(Behavior.RANGES)) {
            Checks.refused(
                    "Blocks that are not handed over cannot be forecast",
                    ErrorCode.INCOMPATIBLE,
                    () -> walked(new Walking(1, 500), GraphForms.BLOCK),
                    "enter");
            return;
        }
        Walking walked = walked(new Walking(0.8, 500, 300), GraphForms.BLOCK);
        List<Condition> conditions = List.of(model.unguided());
        Map<Stream, Tensor> added =
                model.network()
                        .added(
                                walked.latents().get(0),
                                model.network().modulation(500, conditions),
                                conditions);
        Checks.close(
                "A forecast block must leave this step's own streams with what it added before",
                walked.outputs().get(1),
                model.network()
                        .adding(
                                added,
                                walked.latents().get(1),
                                model.network().modulation(300, conditions),
                                conditions),
                TOLERANCE);
    }

    /** Wherever the network is parted, be it between blocks of different streams. */
    void rangesOfBlocksAddUp() {
        if (!model.has(Behavior.RANGES)) {
            return;
        }
        int blocks =
                1 + model.spec().branches().stream().mapToInt(b -> b.id().block()).max().orElse(0);
        Generated whole = forecasting(new Place.Blocks(0, blocks));
        for (int border = 1; border < blocks; border++) {
            Checks.close(
                    "The blocks before "
                            + border
                            + " and those behind, each forecast, must add what all of them do",
                    forecasting(new Place.Blocks(0, border), new Place.Blocks(border, blocks))
                            .latents(),
                    whole.latents(),
                    TOLERANCE);
        }
    }

    /** Two full steps, then one of two. */
    private Generated forecasting(Place... places) {
        Composition.Builder policy =
                Composition.when(When.every(2, 2)).rule(Where.everywhere(), Cached.compute());
        for (Place place : places) {
            policy.forecasting(place, new Taylor(1));
        }
        return model.generate(
                model.request().count(2).policy(AssertingCachePolicy.of(policy.build())));
    }

    private Walking walked(Walking scheduler, GraphForms form) {
        model.generate(
                model.request()
                        .steps(scheduler.steps().length)
                        .scheduler(scheduler)
                        .policy(form.reusing()));
        return scheduler;
    }

    private List<GraphForms> forms() {
        return Arrays.stream(GraphForms.values())
                .filter(form -> model.has(Behavior.RANGES) || !form.ranges())
                .filter(form -> model.has(Behavior.ATTENTION_IN_PARTS) || !form.attends())
                .toList();
    }

    void everyFormOfTheGraphRuns() {
        for (GraphForms form : forms()) {
            Generated cached = model.generate(model.request().count(2).policy(form.reusing()));
            assertThat(cached.latents().isFinite())
                    .as("Latents must be finite when branches are reused (%s)", form)
                    .isTrue();
        }
    }

    void refreshingEveryTokenEqualsComputing() {
        if (!model.has(Behavior.ATTENTION_IN_PARTS)) {
            for (CachePolicy policy :
                    List.of(new RefreshingPolicy(), GraphForms.ATTENTION_AND_SIGNALS.reusing())) {
                Checks.refused(
                        "Attention that is not handed over in parts can neither compute some"
                                + " tokens nor be watched",
                        ErrorCode.INCOMPATIBLE,
                        () -> model.generate(model.request().policy(policy)),
                        "attention in parts");
            }
            return;
        }
        Generated computed = model.generate(model.request().count(2));
        Generated refreshed =
                model.generate(model.request().count(2).policy(new RefreshingPolicy()));
        Checks.close(
                "Every token of every branch computed by itself, attention included, must give"
                        + " what computing all of them gives",
                refreshed.latents(),
                computed.latents(),
                1e-6);
        if (model.has(Behavior.RANGES)) {
            CachePolicy tokens = new XSlim(Map.of("steps", "FTTTT", "ratio", "1"));
            Checks.close(
                    "All of the image's tokens taken through the network, with all of the text,"
                            + " must give what computing gives",
                    model.generate(model.request().count(2).policy(tokens)).latents(),
                    computed.latents(),
                    1e-6);
        }
    }

    void refreshedTokensAttendToKeptKeys() {
        if (!model.has(Behavior.ATTENTION_IN_PARTS)) {
            return;
        }
        new RefreshedSteps(model.network(), model.spec(), model.conditions(2)).check(TOLERANCE);
    }

    void whatIsRedoneLeavesNoTrace() {
        for (GraphForms form :
                List.of(
                        GraphForms.TOKENS_AND_FORECAST,
                        GraphForms.MEASURES_RESIDUAL,
                        GraphForms.VERIFIES_TOKENS)) {
            Generated straight = model.generate(model.request().policy(form.redoing(false)));
            Generated redone = model.generate(model.request().policy(form.redoing(true)));
            Checks.sameBits(
                    "A step that was drafted and then computed must be as if there had been no"
                            + " draft ("
                            + form
                            + ")",
                    redone,
                    straight);
        }
    }

    void gaugesShowWhatTheyMeasure() {
        gauges(GraphForms.MEASURES_INPUT).inputChange();
        gauges(GraphForms.MEASURES_RESIDUAL).residualChange();
        gauges(GraphForms.VERIFIES_BRANCH).forecastError();
        gauges(GraphForms.VERIFIES_BLOCK).blockError();
        gauges(GraphForms.WATCHES_BLOCK).blockChange();
    }

    /** A generation that reuses something, with what its gauges showed. */
    private GaugeChecks gauges(GraphForms form) {
        List<StepContext> steps = new ArrayList<>();
        Generated generated = model.generate(model.request().count(2).policy(form.noting(steps)));
        return new GaugeChecks(
                model.network(),
                model.spec(),
                Collections.nCopies(2, model.unguided()),
                steps,
                generated);
    }
}
