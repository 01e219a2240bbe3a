package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.Weights;

/**
 * {@link ToyModel} with a text instead of classes, in the manner of PixArt: a text encoder,
 * cross-attention to its states, and guidance away from a negative prompt or an empty one.
 */
public final class ToyTextModel extends Toy {
    private ToyTextModel() {}

    public static ToyTextModel create() {
        return new ToyTextModel();
    }

    @Override
    public String name() {
        return "toy-text";
    }

    @Override
    public Transformer transformer() {
        return new ToyTextTransformer();
    }

    @Override
    public Conditioner conditioner() {
        return new Letters();
    }

    /** A token for each letter, and one for the end. */
    private static final class Letters implements Conditioner {
        private static final int END = 1;
        private static final int FIRST_LETTER = 2;

        private final Encoder encoder = new LetterEncoder();

        @Override
        public Condition condition(Prompt prompt, EncoderRunner encoders) {
            return condition(prompt.text(), textTokens(prompt), encoders);
        }

        @Override
        public boolean classifierFree() {
            return true;
        }

        @Override
        public Condition unconditional(Prompt prompt, EncoderRunner encoders) {
            return condition(prompt.negative(), textTokens(prompt), encoders);
        }

        private Condition condition(String text, int length, EncoderRunner encoders) {
            int letters = Math.min(text.length(), length - 1);
            Tensor ids = Tensor.zeros(1, length);
            Tensor mask = Tensor.zeros(1, length);
            for (int i = 0; i <= letters; i++) {
                int id =
                        i == letters
                                ? END
                                : FIRST_LETTER
                                        + text.charAt(i) % (LetterEncoder.TOKENS - FIRST_LETTER);
                ids.data().put(i, id);
                mask.data().put(i, 1);
            }
            List<String> warnings = new ArrayList<>();
            if (letters < text.length()) {
                warnings.add("The prompt was cut before '" + text.substring(letters) + "'.");
            }
            Map<String, Tensor> states = encoders.run(encoder, Map.of(LetterEncoder.IDS, ids));
            return new Condition(
                    text,
                    Map.of(),
                    Map.of(
                            ToyTextTransformer.TEXT,
                            requireNonNull(states.get(LetterEncoder.STATES)),
                            ToyTextTransformer.MASK,
                            mask),
                    warnings);
        }

        @Override
        public String label(Prompt prompt) {
            return prompt.text();
        }

        @Override
        public int textTokens(Prompt prompt) {
            return prompt.maxSequenceLength().orElse(ToyTextTransformer.USUAL_TEXT);
        }

        @Override
        public List<Encoder> encoders() {
            return List.of(encoder);
        }

        @Override
        public double defaultGuidance() {
            return 2;
        }
    }

    /** A state for each letter, from itself and the mean of all. */
    private static final class LetterEncoder implements Encoder {
        static final String IDS = "ids";
        static final String STATES = "states";
        static final int TOKENS = 32;

        private static final int INT64 = 7;

        @Override
        public String name() {
            return "text_encoder";
        }

        @Override
        public Weights weights() {
            return Weights.none("The toy encoder");
        }

        @Override
        public List<String> inputs() {
            return List.of(IDS);
        }

        @Override
        public Map<String, Value> encode(GraphBuilder graph, Map<String, Value> inputs) {
            Value table =
                    ToyTransformer.numbers(graph, 90, 1, TOKENS, ToyTextTransformer.TEXT_WIDTH);
            Value letters =
                    graph.op(
                            "Gather",
                            table,
                            graph.op("Cast", Map.of("to", INT64), requireNonNull(inputs.get(IDS))));
            Value mean = graph.op("ReduceMean", letters, graph.constant(new long[] {1}));
            return Map.of(STATES, graph.add(letters, mean));
        }
    }
}
