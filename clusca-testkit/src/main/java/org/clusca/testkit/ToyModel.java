package org.clusca.testkit;

import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Transformer;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/**
 * A model that generates in milliseconds: two blocks of 8 channels over the 16 cells of a latent
 * {@code [2, 4, 4]}, with four classes and guidance. Its weights are arbitrary numbers written into
 * the graph, so it needs no files; its pictures mean nothing. For authors of policies, clusterers
 * and schedulers.
 */
public final class ToyModel extends Toy {
    /** What can be asked for. */
    public static final List<String> CLASSES = List.of("circle", "square", "star", "wave");

    private ToyModel() {}

    public static ToyModel create() {
        return new ToyModel();
    }

    /** The model, opened; close it when done. */
    public static Pipeline pipeline() {
        return Clusca.create().open(create(), 0);
    }

    /** Twelve guided steps from one seed, with the latents after each. */
    public static Request.Builder request(CachePolicy policy) {
        return Request.builder()
                .conditions("circle")
                .steps(12)
                .guidance(2)
                .seed(7)
                .policy(policy)
                .keepLatents(true)
                .decode(false);
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public Transformer transformer() {
        return new ToyTransformer();
    }

    @Override
    public Conditioner conditioner() {
        return new Classes();
    }

    private static final class Classes implements Conditioner {
        @Override
        public Condition condition(Prompt prompt, EncoderRunner encoders) {
            int number = CLASSES.indexOf(prompt.text());
            if (number < 0) {
                throw new CluscaException(
                        ErrorCode.UNKNOWN_NAME,
                        "No class named '"
                                + prompt.text()
                                + "'. The classes: "
                                + String.join(", ", CLASSES)
                                + ".");
            }
            return row(prompt.text(), number);
        }

        private static Condition row(String label, int number) {
            return new Condition(
                    label, Map.of(ToyTransformer.CLASS, Tensor.of(new float[] {number}, 1)));
        }

        @Override
        public boolean classifierFree() {
            return true;
        }

        @Override
        public Condition unconditional(Prompt prompt, EncoderRunner encoders) {
            return prompt.negative().isEmpty()
                    ? row("", CLASSES.size())
                    : condition(Prompt.of(prompt.negative()), encoders);
        }

        @Override
        public double defaultGuidance() {
            return 2;
        }

        @Override
        public List<String> classes() {
            return CLASSES;
        }
    }
}
