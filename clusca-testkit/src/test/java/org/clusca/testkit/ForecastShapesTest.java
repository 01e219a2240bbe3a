package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Forecast;
import org.clusca.api.cache.Gauge;
import org.clusca.api.cache.Norm;
import org.clusca.api.cache.Place;
import org.clusca.api.cache.Requirements;
import org.clusca.api.cache.StepKind;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.schedule.OutputForm;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.engine.trunk.TrunkForm;
import org.clusca.policy.Cached;
import org.clusca.policy.Composition;
import org.clusca.policy.Pace;
import org.clusca.policy.Polynomial;
import org.clusca.policy.Taylor;
import org.clusca.policy.TaylorSeer;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What can be forecast, and by what, on the toy model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForecastShapesTest {
    private static final int WIDTH = 8;
    private static final int BLOCKS = 2;
    private Pipeline pipeline;

    @BeforeAll
    void open() {
        pipeline = Clusca.create().open(ToyModel.create(), 0);
    }

    @AfterAll
    void close() {
        pipeline.close();
    }

    private Generated generate(CachePolicy policy) {
        return pipeline.generate(
                Request.builder()
                        .conditions(ToyModel.CLASSES.get(0))
                        .steps(9)
                        .seed(5)
                        .guidance(2)
                        .policy(policy)
                        .keepLatents(true)
                        .decode(false)
                        .build());
    }

    private static CachePolicy forecasting(Place place, Forecast forecast) {
        return AssertingCachePolicy.of(
                Composition.when(When.every(3, 2))
                        .rule(Where.everywhere(), Cached.compute())
                        .forecasting(place, forecast)
                        .build());
    }

    private static CachePolicy branches(Forecast forecast) {
        return AssertingCachePolicy.of(
                Composition.when(When.every(3, 2))
                        .rule(Where.everywhere(), Cached.predict(forecast))
                        .build());
    }

    private static Forecast channels(int... solverOf) {
        return new Forecast.PerChannel(List.of(new Taylor(0), new Taylor(2)), solverOf);
    }

    private static int[] all(int solver) {
        int[] solverOf = new int[WIDTH];
        Arrays.fill(solverOf, solver);
        return solverOf;
    }

    @Test
    void whatAllBlocksAddIsTheTrunksResidual() {
        Generated blocks = generate(forecasting(new Place.Blocks(0, BLOCKS), new Taylor(2)));
        Generated trunk = generate(new TaylorSeer(Pace.regular(3, 2), 2, TaylorSeer.Keep.RESIDUAL));
        Checks.sameBits("All blocks are the trunk", blocks, trunk);
        assertThat(trunk.report().count(StepKind.SKIPPED)).isEqualTo(5);
        Generated state = generate(new TaylorSeer(Pace.regular(3, 2), 2, TaylorSeer.Keep.LAST));
        assertThat(state.latents().toArray()).isNotEqualTo(trunk.latents().toArray());
    }

    @Test
    void channelsThatShareASolverAreForecastAsAWhole() {
        int[] mixed = {0, 1, 0, 1, 0, 1, 0, 1};
        List<Place> places =
                List.of(new Place.Trunk(true), new Place.Trunk(false), new Place.Blocks(1, 2));
        for (Place place : places) {
            same(
                    generate(forecasting(place, channels(all(0)))),
                    generate(forecasting(place, channels(all(1)))),
                    generate(forecasting(place, channels(mixed))),
                    generate(forecasting(place, new Taylor(0))),
                    generate(forecasting(place, new Taylor(2))));
        }
        same(
                generate(branches(channels(all(0)))),
                generate(branches(channels(all(1)))),
                generate(branches(channels(mixed))),
                generate(branches(new Taylor(0))),
                generate(branches(new Taylor(2))));
    }

    private static void same(
            Generated reusing,
            Generated forecasting,
            Generated mixed,
            Generated order0,
            Generated order2) {
        Checks.close("Reuse in every channel", reusing.latents(), order0.latents(), 1e-6);
        Checks.close("Order 2 in every channel", forecasting.latents(), order2.latents(), 1e-6);
        double difference = Checks.relativeError(order0.latents(), order2.latents());
        assertThat(Checks.relativeError(mixed.latents(), order0.latents()))
                .isBetween(0.01 * difference, 10 * difference);
        assertThat(Checks.relativeError(mixed.latents(), order2.latents()))
                .isBetween(0.01 * difference, 10 * difference);
    }

    @Test
    void bandsThatShareAPredictorAreForecastAsAWhole() {
        Taylor reuse = new Taylor(0);
        Taylor forecast = new Taylor(2);
        List<Place> places =
                List.of(
                        new Place.Trunk(true),
                        new Place.Trunk(false),
                        new Place.Blocks(1, 2),
                        new Place.Output(OutputForm.VELOCITY));
        for (Place place : places) {
            Generated order0 = generate(forecasting(place, reuse));
            Generated order2 = generate(forecasting(place, forecast));
            for (Forecast.Transform transform : Forecast.Transform.values()) {
                Checks.close(
                        "Both bands by order 2",
                        generate(banded(place, transform, 0.3, forecast, forecast)).latents(),
                        order2.latents(),
                        1e-5);
                Checks.close(
                        "No frequency is above the highest",
                        generate(banded(place, transform, 1, reuse, forecast)).latents(),
                        order0.latents(),
                        1e-5);
                float[] split =
                        generate(banded(place, transform, 0.3, reuse, forecast))
                                .latents()
                                .toArray();
                assertThat(split).isNotEqualTo(order0.latents().toArray());
                assertThat(split).isNotEqualTo(order2.latents().toArray());
            }
        }
        refused(
                branches(new Forecast.Banded(Forecast.Transform.DCT, 0.1, reuse, reuse)),
                "by frequency");
    }

    private static CachePolicy banded(
            Place place, Forecast.Transform transform, double cutoff, Taylor low, Taylor high) {
        return forecasting(place, new Forecast.Banded(transform, cutoff, low, high));
    }

    /** What is forecast does not depend on how the full steps were found. */
    @Test
    void stepsThatGaugesDecideAreThoseThatAListMakes() {
        Gauge input = new Gauge.InputChange(Norm.RELATIVE_L1);
        for (Place place :
                List.of(
                        new Place.Blocks(0, 1),
                        new Place.Blocks(1, 2),
                        new Place.Trunk(true),
                        new Place.Trunk(false),
                        new Place.Output(OutputForm.EPSILON))) {
            listedAsDecided(input, place, 0.5);
        }
        // the first block is computed at every step then
        Gauge residual = new Gauge.ResidualChange(1, Norm.RELATIVE_L1);
        listedAsDecided(residual, new Place.Blocks(1, 2), 0.5);
    }

    private void listedAsDecided(Gauge gauge, Place place, double threshold) {
        Generated decided =
                generate(
                        AssertingCachePolicy.of(
                                forecasting(
                                        place,
                                        When.drifted(gauge, Polynomial.IDENTITY, threshold)
                                                .andFirst(2))));
        int[] full =
                decided.report().steps().stream()
                        .filter(step -> step.kind() == StepKind.FULL)
                        .mapToInt(Report.Step::index)
                        .toArray();
        assertThat(full.length).as("Full steps by %s with %s", gauge, place).isBetween(3, 8);
        Checks.sameBits(
                "Steps decided by " + gauge + " with " + place,
                decided,
                generate(forecasting(place, When.steps(full))));
    }

    private static Composition forecasting(Place place, When when) {
        return Composition.when(when)
                .rule(Where.everywhere(), Cached.compute())
                .forecasting(place, new Taylor(1))
                .build();
    }

    @Test
    void anOutputIsForecastWithoutTheNetwork() {
        Generated generated =
                generate(forecasting(new Place.Output(OutputForm.EPSILON), new Taylor(1)));
        assertThat(generated.report().count(StepKind.OUTPUT)).isEqualTo(5);
        assertThat(generated.report().flops(StepKind.OUTPUT)).isZero();
        assertThat(generated.report().cacheBytes()).isEqualTo(2 * 4L * generated.latents().size());
        assertThat(generated.latents().isFinite()).isTrue();
    }

    @Test
    void whatIsOutsideOfTheNetworkDoesNotChangeIt() {
        TransformerSpec spec = ToyModel.create().transformer().spec();
        Requirements output =
                Requirements.builder().forecasts(new Place.Output(OutputForm.EPSILON), 2).build();
        assertThat(TrunkForm.of(output, CachePrecision.BFLOAT16, spec))
                .isEqualTo(TrunkForm.of(Requirements.NOTHING, CachePrecision.FLOAT32, spec));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(forecasting(new Place.Blocks(1, 7), new Taylor(0)), "blocks 0 to 1");
        refused(
                forecasting(new Place.Trunk(true), channels(0, 1)),
                "2 channels to solvers where there are 8");
    }

    private void refused(CachePolicy policy, String why) {
        Checks.refused(
                "What the network does not have cannot be forecast",
                ErrorCode.INCOMPATIBLE,
                () -> generate(policy),
                why);
    }

    @Test
    void placesThatOverlapAreNotForecastTogether() {
        Place first = new Place.Blocks(0, 2);
        Place second = new Place.Blocks(1, 3);
        Place inner = new Place.Blocks(0, 1);
        assertThat(first.covers(second) && second.covers(first)).isTrue();
        assertThat(first.covers(inner)).isTrue();
        assertThat(inner.covers(first)).isFalse();
    }
}
