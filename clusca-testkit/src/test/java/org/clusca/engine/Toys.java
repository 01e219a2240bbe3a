package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Config;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.Weights;
import org.clusca.testkit.ToyModel;

/** The toy model of the test kit, with pictures, for what the engine does with any model. */
final class Toys {
    private static final Clusca CLUSCA = Clusca.create();

    private Toys() {}

    static Pipeline open() {
        return CLUSCA.open(new Pictured(ToyModel.create()), 0);
    }

    /** Latents of every step, without pictures. */
    static Request.Builder request(String policy) {
        return ToyModel.request(CLUSCA.policy(policy)).steps(6).guidance(1.5);
    }

    static void assertSameBits(String what, Generated actual, Generated expected) {
        assertSameBits(what, actual.stepLatents(), expected.stepLatents());
        assertSameBits(what, List.of(actual.pictures()), List.of(expected.pictures()));
    }

    private static void assertSameBits(String what, List<Tensor> actual, List<Tensor> expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).shape())
                    .as("%s, %s", what, i)
                    .isEqualTo(expected.get(i).shape());
            // compared as numbers, bit by bit: 0 and -0 differ
            assertThat(actual.get(i).toArray())
                    .as("%s, %s", what, i)
                    .containsExactly(expected.get(i).toArray());
        }
    }

    /** A latent's first channel in grey. */
    private static final class Grey implements LatentCodec {
        @Override
        public Weights weights() {
            return Weights.none("Grey pictures");
        }

        @Override
        public int scale() {
            return 1;
        }

        @Override
        public int widestChannels() {
            return 3;
        }

        @Override
        public Value decode(GraphBuilder graph, Value latent) {
            Value first = graph.slice(latent, 1, 0, 1);
            return graph.op("Tanh", graph.concat(1, first, first, first));
        }
    }

    private record Pictured(Model toy) implements Model {
        @Override
        public String name() {
            return toy.name();
        }

        @Override
        public Transformer transformer() {
            return toy.transformer();
        }

        @Override
        public Conditioner conditioner() {
            return toy.conditioner();
        }

        @Override
        public Optional<LatentCodec> codec() {
            return Optional.of(new Grey());
        }

        @Override
        public Config scheduler() {
            return toy.scheduler();
        }
    }
}
