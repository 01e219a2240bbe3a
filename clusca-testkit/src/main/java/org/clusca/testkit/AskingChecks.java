package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.testkit.BaseModelTest.Behavior;
import org.clusca.tokenize.Tokenizer;

/** What a model can be asked for, and what it gives. */
record AskingChecks(ModelUnderTest model) {
    private static final double TOLERANCE = 1e-5;

    void closingReleasesEverything(Model another) {
        int sessions = OnnxEnvironment.openSessions();
        long tensors = OnnxEnvironment.openTensors();
        int tokenizers = Tokenizer.openTokenizers();
        Pipeline own = Clusca.create().open(another, 0);
        own.generate(model.request().build());
        own.generate(model.request().policy(GraphForms.TOKENS.reusing()).build());
        own.generate(model.request().policy(GraphForms.MEASURES_RESIDUAL.redoing(true)).build());
        own.close();
        own.close();
        assertThat(OnnxEnvironment.openSessions())
                .as("Sessions open after closing")
                .isEqualTo(sessions);
        assertThat(OnnxEnvironment.openTensors())
                .as("Native tensors open after closing")
                .isEqualTo(tensors);
        assertThat(Tokenizer.openTokenizers())
                .as("Tokenizers open after closing")
                .isEqualTo(tokenizers);
    }

    void unknownClassesAreRefused() {
        Conditioner conditioner = model.model().conditioner();
        String nonsense = "no such class, hopefully";
        if (!model.has(Behavior.CLASSES)) {
            assertThat(conditioner.classes())
                    .as("The classes of a model that declares to have none")
                    .isEmpty();
            assertThat(model.pipeline().condition(model.prompt(nonsense)).label()).isNotNull();
            return;
        }
        assertThat(conditioner.classes()).as("The classes").isNotEmpty();
        Checks.refused(
                "An unknown class must be refused",
                ErrorCode.UNKNOWN_NAME,
                () -> model.pipeline().condition(model.prompt(nonsense)),
                nonsense);
    }

    void conditionsAreWhatTheNetworkTakes() {
        List<Condition> all = new ArrayList<>(model.conditions(2));
        if (model.model().conditioner().classifierFree()) {
            all.add(model.pipeline().unconditional(model.prompt(model.condition())));
        }
        all.forEach(model.network()::assertTakes);
    }

    void theConditionChangesWhatIsGenerated() {
        assertThat(
                        model.generate(model.request().conditions(model.otherCondition()))
                                .latents()
                                .toArray())
                .as("What is generated must depend on what is asked for")
                .isNotEqualTo(model.generate(model.request()).latents().toArray());
    }

    void guidance() {
        Request.Builder strong = model.request().guidance(3);
        if (!model.has(Behavior.GUIDANCE)) {
            assertThat(model.model().conditioner().classifierFree())
                    .as("An unconditional row of a model that declares to take no guidance")
                    .isFalse();
            Checks.refused(
                    "A guidance scale must be refused by a model without guidance",
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.generate(strong),
                    "guidance");
            return;
        }
        float[] weak = model.generate(model.request()).latents().toArray();
        assertThat(model.generate(strong).latents().toArray())
                .as("The guidance scale must change what is generated")
                .isNotEqualTo(weak);
    }

    void negativePrompts() {
        Request.Builder negative =
                model.request().guidance(3).negativePrompt(model.otherCondition());
        if (!model.model().conditioner().classifierFree()) {
            Checks.refused(
                    "A negative prompt must be refused by a model without an unconditional row",
                    ErrorCode.INVALID_PARAMETER,
                    () -> model.generate(negative),
                    "negative prompt");
            return;
        }
        Generated generated = model.generate(negative);
        assertThat(generated.latents().toArray())
                .as("A negative prompt must change what is generated")
                .isNotEqualTo(model.generate(model.request().guidance(3)).latents().toArray());
        assertThat(generated.report().provenance().negativePrompt())
                .as("The negative prompt in the report")
                .isEqualTo(model.otherCondition());
        Checks.refused(
                "A negative prompt must be refused where guidance is off",
                ErrorCode.INVALID_PARAMETER,
                () -> model.generate(negative.guidance(1)),
                "negative prompt");
    }

    void pictures() {
        if (!model.has(Behavior.PICTURES)) {
            Checks.refused(
                    "Pictures of a model without an autoencoder must be refused",
                    ErrorCode.NOT_FOUND,
                    () -> model.generate(model.request().decode(true)),
                    "autoencoder");
            return;
        }
        LatentCodec codec = model.model().codec().orElseThrow();
        int[] latent = model.spec().latentShape();
        int frames = (model.spec().latentFrames() - 1) * codec.temporalScale() + 1;
        Generated generated = model.generate(model.request().count(2).decode(true));
        assertThat(generated.pictures().shape())
                .as("Shape of the pictures")
                .containsExactly(
                        2 * frames,
                        3,
                        latent[latent.length - 2] * codec.scale(),
                        latent[latent.length - 1] * codec.scale());
    }
}
