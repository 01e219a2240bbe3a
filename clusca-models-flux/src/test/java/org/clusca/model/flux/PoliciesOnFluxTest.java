package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.clusca.Clusca;
import org.clusca.OpenOptions;
import org.clusca.api.CluscaException;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;
import org.clusca.onnx.RemoteDevice;
import org.clusca.policy.Cached;
import org.clusca.policy.Composition;
import org.clusca.policy.Merging;
import org.clusca.policy.OnePerCluster;
import org.clusca.policy.Taylor;
import org.clusca.policy.When;
import org.clusca.policy.Where;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every policy on the two streams of the tiny pipeline. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PoliciesOnFluxTest {
    private static final int STEPS = 12;
    private static final int TEXT = 20;

    private final Clusca clusca = Clusca.create();
    private Pipeline pipeline;

    @BeforeAll
    void open() {
        pipeline = clusca.open(TinyFlux.folder(), 0);
    }

    @AfterAll
    void close() {
        pipeline.close();
    }

    private Generated generate(CachePolicy policy, CachePrecision precision) {
        return generate(pipeline, policy, precision);
    }

    private static Generated generate(
            Pipeline pipeline, CachePolicy policy, CachePrecision precision) {
        return pipeline.generate(
                Request.builder()
                        .conditions("a lighthouse")
                        .steps(STEPS)
                        .seed(5)
                        .size(TinyFlux.SIZE)
                        .maxSequenceLength(TEXT)
                        .policy(policy)
                        .cachePrecision(precision)
                        .decode(false)
                        .build());
    }

    private Generated generate(String tag) {
        return generate(clusca.policy(tag, pipeline.model()), CachePrecision.FLOAT32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fora", "clusca:clusters=4", "toca"})
    void featuresOutOfTheHostsReach(String tag) {
        OpenOptions options = OpenOptions.defaults().on(new RemoteDevice());
        CachePolicy policy = clusca.policy(tag, pipeline.model());
        try (Pipeline remote = clusca.open(TinyFlux.folder(), options)) {
            assertThat(generate(remote, policy, CachePrecision.FLOAT32).latents().toArray())
                    .containsExactly(generate(tag).latents().toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fora",
                "taylorseer",
                "taylorseer:order=0",
                "taylorseer:keep=last",
                "taylorseer:keep=last,order=0",
                "clusca:clusters=4",
                "clusca:clusters=4,propagation=0.3,textpropagation=-1",
                "toca",
                "toca:score=knorm",
                "toca:score=vnorm",
                "toca:score=similarity",
                "toca:score=random",
                "duca",
                "duca:score=random,aggressive=even",
                "freqca:interval=4,cutoff=0.3",
                "freqca:full=widening,transform=fft",
                "speca:threshold=20",
                "speca:threshold=10,min=1,reject=true",
                "teacache",
                "fbcache:threshold=0.7",
                "fbcache:threshold=0.6,last=1,max=2",
                "fbcache:threshold=0.7,last=3",
                "hyca",
                "hyca:full=widening,solver=bdf",
                "xslim",
                "xslim:steps=steps-slow",
                "xslim:steps=FF.BFT.B.TFF,blocks=0.9,joint=0.6,first=1,ratio=0.3",
                "output",
                "output:as=epsilon,full=regular,interval=3",
                "output:as=sample,order=1,full=0-2-5-9"
            })
    void saves(String tag) {
        Generated full = generate("none");
        Generated cached = generate(tag);
        assertThat(cached.latents().isFinite()).isTrue();
        assertThat(cached.report().count(StepKind.FULL)).isBetween(1L, STEPS - 1L);
        assertThat(cached.report().flops()).isLessThan(full.report().flops());
        assertThat(cached.report().warnings()).isEmpty();
        assertThat(Golden.relativeError(cached.latents(), full.latents())).isBetween(1e-6, 1.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "taylorseer:interval=1",
                "taylorseer:interval=1,keep=last",
                "clusca:interval=1,clusters=4",
                "toca:interval=1",
                "duca:interval=1,score=random",
                "freqca:interval=1",
                "hyca:interval=1",
                "output:interval=1",
                "teacache:threshold=0,polynomial=1:0",
                "fbcache:threshold=0",
                "fbcache:threshold=0,last=1"
            })
    void computingEverythingIsNoPolicy(String tag) {
        assertThat(generate(tag).latents().toArray())
                .isEqualTo(generate("none").latents().toArray());
    }

    @Test
    void theOutputIsForecastAsWhatTheNetworkGives() {
        assertThat(clusca.policy("output", pipeline.model()).tag())
                .isEqualTo("output:interval=4,order=2,as=velocity");
    }

    /** Half the memory; a feature is rounded to 8 bits of mantissa, 2^-9 of itself at most. */
    @Test
    void features16BitsWide() {
        CachePolicy policy = clusca.policy("clusca:clusters=4", pipeline.model());
        Generated wide = generate(policy, CachePrecision.FLOAT32);
        Generated narrow = generate(policy, CachePrecision.BFLOAT16);
        assertThat(narrow.report().cacheBytes()).isEqualTo(wide.report().cacheBytes() / 2);
        assertThat(Golden.relativeError(narrow.latents(), wide.latents())).isBetween(1e-7, 1e-2);
    }

    @Test
    void theLastStateAloneTakesLittle() {
        Generated branches = generate("taylorseer:order=1");
        Generated last = generate("taylorseer:order=1,keep=last");
        assertThat(last.report().cacheBytes()).isLessThan(branches.report().cacheBytes() / 5);
        assertThat(last.report().count(StepKind.SKIPPED))
                .isEqualTo(branches.report().count(StepKind.PREDICTED));
    }

    /** Behind the double blocks the image is no stream of its own. */
    @Test
    void changesAreReadWhereTheImageIsByItself() {
        assertThatThrownBy(() -> generate("fbcache:blocks=2"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("behind block 2 the image stream is joined with another one");
        assertThatThrownBy(() -> generate("fbcache:blocks=1,last=4"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("nothing is left to use again");
    }

    /** Their joint sequence shows no state of its own. */
    @Test
    void singleBlocksHaveNoClusters() {
        Composition policy =
                Composition.when(When.every(4, 2))
                        .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                        .rule(
                                Where.parallel(),
                                Cached.refresh(
                                        new OnePerCluster(6, clusca.clusterer("kmeans")),
                                        Merging.replace(),
                                        Cached.reuse()))
                        .build();
        assertThatThrownBy(() -> generate(policy, CachePrecision.FLOAT32))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("joint stream, which shows no hidden state");
    }

    /** More clusters than there are text tokens, for the image alone. */
    @Test
    void clustersOfOneStream() {
        Composition policy =
                Composition.when(When.every(4, 2))
                        .rule(Where.everywhere(), Cached.predict(Cached.reuse()))
                        .rule(
                                Where.stream(org.clusca.api.model.Stream.IMAGE).and(Where.mlp()),
                                Cached.refresh(
                                        new OnePerCluster(TEXT + 1, clusca.clusterer("kmeans")),
                                        Merging.replace(),
                                        Cached.reuse()))
                        .build();
        assertThat(generate(policy, CachePrecision.FLOAT32).latents().isFinite()).isTrue();
    }

    /** Image and text each by rules of their own. */
    @Test
    void composition() {
        Taylor forecast = new Taylor(1);
        OnePerCluster tokens = new OnePerCluster(6, clusca.clusterer("kmeans"));
        Composition policy =
                Composition.when(When.every(4, 2))
                        .rule(Where.everywhere(), Cached.predict(forecast))
                        .rule(
                                Where.stream(org.clusca.api.model.Stream.IMAGE).and(Where.mlp()),
                                Cached.refresh(tokens, Merging.propagate(0.1), forecast))
                        .rule(Where.lastBlocks(1), Cached.compute())
                        .build();
        Generated generated = generate(policy, CachePrecision.FLOAT32);
        assertThat(generated.latents().isFinite()).isTrue();
        List<StepKind> kinds =
                generated.report().steps().stream().map(step -> step.kind()).distinct().toList();
        assertThat(kinds).containsExactly(StepKind.FULL, StepKind.MIXED);
    }
}
