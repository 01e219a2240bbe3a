package org.clusca.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.cache.NoCache;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.testkit.BaseModelTest.Behavior;

/** A model, opened, with what its checks ask it for. */
final class ModelUnderTest {
    private final BaseModelTest test;
    private final Model model;
    private final Pipeline pipeline;
    private final TransformerSpec spec;
    private final Network network;

    ModelUnderTest(BaseModelTest test, Model model) {
        this.test = test;
        this.model = model;
        pipeline = Clusca.create().open(model, 0);
        int textTokens = model.conditioner().textTokens(prompt(condition()));
        spec = model.transformer().spec(model.latentShape(test.size()), textTokens);
        network = new Network(model.transformer(), spec);
    }

    Model model() {
        return model;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    TransformerSpec spec() {
        return spec;
    }

    Network network() {
        return network;
    }

    boolean has(Behavior behavior) {
        return test.hasBehavior(behavior);
    }

    String condition() {
        return test.condition();
    }

    String otherCondition() {
        return test.otherCondition();
    }

    Prompt prompt(String text) {
        return new Prompt(text, OptionalDouble.empty(), maxSequenceLength());
    }

    /** Of requests without guidance, as {@link #request} makes them. */
    Condition unguided() {
        return pipeline.condition(
                new Prompt(condition(), OptionalDouble.of(1), maxSequenceLength()));
    }

    private OptionalInt maxSequenceLength() {
        return test.maxSequenceLength();
    }

    /** Five steps without guidance and without a policy, with the latents after each. */
    Request.Builder request() {
        Request.Builder request =
                Request.builder()
                        .conditions(condition())
                        .steps(5)
                        .seed(3)
                        .guidance(1)
                        .size(test.size())
                        .policy(NoCache.INSTANCE)
                        .keepLatents(true)
                        .decode(false);
        maxSequenceLength().ifPresent(request::maxSequenceLength);
        return request;
    }

    Generated generate(Request.Builder request) {
        return pipeline.generate(request.build());
    }

    Tensor latent(int batch) {
        return Numbers.normal(batch, 1, latentShape(batch));
    }

    int[] latentShape(int batch) {
        int[] cells = spec.latentShape();
        int[] shape = new int[cells.length + 1];
        shape[0] = batch;
        System.arraycopy(cells, 0, shape, 1, cells.length);
        return shape;
    }

    /** The one and the other in turn. */
    List<Condition> conditions(int count) {
        List<Condition> conditions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            conditions.add(pipeline.condition(prompt(i % 2 == 0 ? condition() : otherCondition())));
        }
        return conditions;
    }
}
