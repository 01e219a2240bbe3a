package org.clusca.engine.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.GraphContents;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;
import org.clusca.policy.ClusCa;
import org.clusca.testkit.ToyModel;
import org.clusca.testkit.ToyTextModel;
import org.junit.jupiter.api.Test;

/** What a policy does not declare is not in the graph. */
final class TrunkGraphTest {
    private static final List<Transformer> NETWORKS =
            List.of(ToyModel.create().transformer(), ToyTextModel.create().transformer());

    private static GraphContents trunk(Transformer transformer, CachePolicy policy) {
        TransformerSpec spec = transformer.spec();
        return GraphContents.of(
                new TrunkGraph(
                                new CpuDevice(0),
                                "trunk",
                                transformer,
                                TrunkWeights.same(transformer.weights()),
                                spec,
                                TrunkForm.of(
                                        policy.requirements(spec.branches()),
                                        CachePrecision.FLOAT32,
                                        spec))
                        .graph());
    }

    private static CachePolicy clusCa(int order) {
        return ClusCa.builder().clusters(4).order(order).build();
    }

    @Test
    void withoutAPolicyItIsTheNetworkAsItIsWritten() {
        for (Transformer transformer : NETWORKS) {
            TransformerSpec spec = transformer.spec();
            OnnxGraph plain = new OnnxGraph("plain", transformer.weights(), new CpuDevice(0));
            Value latent = plain.input(TrunkInputs.LATENT, "batch", spec.latentShape());
            Value modulation = plain.input(TrunkInputs.MODULATION, "batch", new int[1]);
            Map<String, Value> context = NetworkGraphs.context(plain, spec);
            plain.output(
                    TrunkGraph.OUTPUT,
                    transformer.forward(
                            plain, new PlainLinker(plain) {}, latent, modulation, context));
            GraphContents written = GraphContents.of(plain);

            GraphContents trunk = trunk(transformer, NoCache.INSTANCE);

            assertThat(trunk.operations()).isEqualTo(written.operations());
            assertThat(trunk.inputs()).isEqualTo(written.inputs());
            // any policy may look at the hidden state
            assertThat(trunk.outputs()).hasSize(2).containsAll(written.outputs());
        }
    }

    @Test
    void clusCaTakesWhatItKeepsAndItsTokens() {
        int order = 2;
        for (Transformer transformer : NETWORKS) {
            TransformerSpec spec = transformer.spec();
            List<String> inputs =
                    new ArrayList<>(
                            List.of(
                                    TrunkInputs.LATENT,
                                    TrunkInputs.MODULATION,
                                    TrunkInputs.COMPUTE,
                                    TrunkInputs.SOME,
                                    TrunkInputs.SPREADING));
            inputs.addAll(spec.trunkRows().keySet());
            for (int i = 0; i <= order; i++) {
                inputs.add(TrunkInputs.coefficient(i));
                if (i > 0) {
                    inputs.add(TrunkInputs.rate(i));
                }
                for (int branch = 0; branch < spec.branches().size(); branch++) {
                    inputs.add(TrunkInputs.feature(branch, i));
                }
            }
            int refreshed = 0;
            for (int branch = 0; branch < spec.branches().size(); branch++) {
                if (spec.branches().get(branch).id().kind() == BranchKind.MLP) {
                    refreshed++;
                    inputs.add(TrunkInputs.tokens(branch));
                    inputs.add(TrunkInputs.spread(branch));
                    inputs.add(TrunkInputs.keep(branch));
                }
            }

            GraphContents trunk = trunk(transformer, clusCa(order));

            assertThat(trunk.inputs()).containsExactlyInAnyOrderElementsOf(inputs);
            // output and hidden state; features of every order, merged ones where tokens are few
            assertThat(trunk.outputs())
                    .hasSize(2 + spec.branches().size() * (order + 1) + refreshed);
        }
    }

    /** Beyond the first difference, each is written as the one before. */
    @Test
    void everyOrderAddsAsMuch() {
        for (Transformer transformer : NETWORKS) {
            List<Integer> nodes = new ArrayList<>();
            for (int order = 1; order <= 4; order++) {
                nodes.add(trunk(transformer, clusCa(order)).operations().size());
            }
            int one = nodes.get(1) - nodes.get(0);
            assertThat(one).isPositive();
            assertThat(nodes.get(2) - nodes.get(1)).isEqualTo(one);
            assertThat(nodes.get(3) - nodes.get(2)).isEqualTo(one);
        }
    }
}
