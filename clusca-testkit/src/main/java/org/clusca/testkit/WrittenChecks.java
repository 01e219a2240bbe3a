package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.clusca.api.Tensor;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Condition;
import org.clusca.testkit.BaseModelTest.Behavior;
import org.clusca.testkit.RecordingLinker.Way;

/** What a model writes, run by itself, without an engine around it. */
record WrittenChecks(ModelUnderTest model) {
    private static final double TOLERANCE = 1e-5;

    void branchesAreThoseOfTheSpec() {
        RecordingLinker linker = model.network().written();
        assertThat(linker.written().stream().map(RecordingLinker.Written::id).toList())
                .as("The branches that forward writes must be those of the spec, in its order")
                .isEqualTo(model.spec().branches().stream().map(Branch::id).toList());
        for (RecordingLinker.Written written : linker.written()) {
            assertThat(written.as().suits(written.id().kind()))
                    .as(
                            "Branch %s must be handed over as what it is: attention for what"
                                    + " attends, tokenwise for an mlp; it is handed to %s",
                            written.id(), written.as())
                    .isTrue();
        }
        assertThat(linker.written().stream().map(RecordingLinker.Written::id))
                .as("The addresses of the branches")
                .isNotEmpty()
                .doesNotHaveDuplicates();
        int blocks = linker.written().get(linker.written().size() - 1).id().block() + 1;
        assertThat(linker.entered())
                .as("Blocks before which the streams are handed over, and the end of the last one")
                .isEqualTo(
                        model.has(Behavior.RANGES)
                                ? IntStream.rangeClosed(0, blocks).boxed().toList()
                                : List.of());
        assertThat(linker.hidden())
                .as("The hidden state after the last block must be named once")
                .hasSize(1);
    }

    void shapesAreThoseOfTheSpecForAnyBatch() {
        for (int batch : new int[] {1, 3}) {
            Tensor modulation = model.network().modulation(500, model.conditions(batch));
            assertThat(modulation.isFinite()).as("The modulation must be finite").isTrue();
            Tensor output =
                    model.network()
                            .forward(
                                    model.latent(batch),
                                    modulation,
                                    model.conditions(batch),
                                    Way.WHOLE);
            assertThat(output.isFinite()).as("The output must be finite").isTrue();
            for (int i = 0; i < model.spec().branches().size(); i++) {
                model.network().branch(i, model.latent(batch), modulation, model.conditions(batch));
            }
        }
    }

    void theModulationDependsOnTimestepAndCondition() {
        List<Condition> one = model.conditions(2).subList(0, 1);
        List<Condition> other = model.conditions(2).subList(1, 2);
        float[] modulation = model.network().modulation(500, one).toArray();
        assertThat(model.network().modulation(20, one).toArray())
                .as("The modulation must depend on the timestep")
                .isNotEqualTo(modulation);
        if (model.spec().conditionRows().isEmpty()) {
            assertThat(model.network().modulation(500, other).toArray())
                    .as("The modulation of a network that takes no condition for it")
                    .isEqualTo(modulation);
            return;
        }
        assertThat(model.network().modulation(500, other).toArray())
                .as("The modulation must depend on the condition")
                .isNotEqualTo(modulation);
    }

    void rowsAreIndependent() {
        Tensor latent = model.latent(3);
        Tensor modulation = model.network().modulation(300, model.conditions(3));
        Checks.close(
                "A row of the batch must not depend on the others",
                model.network()
                        .forward(
                                Numbers.copy(latent.rows(1, 2)),
                                Numbers.copy(modulation.rows(1, 2)),
                                model.conditions(3).subList(1, 2),
                                Way.WHOLE),
                Numbers.copy(
                        model.network()
                                .forward(latent, modulation, model.conditions(3), Way.WHOLE)
                                .rows(1, 2)),
                TOLERANCE);
    }

    void tokenwiseBranchesUseOnlyTheTokensTheyAreGiven() {
        Tensor latent = model.latent(2);
        Tensor modulation = model.network().modulation(300, model.conditions(2));
        Checks.close(
                "A branch that works token by token must use of the stream only the tokens it is"
                        + " given: one token apart from the others must come out the same",
                model.network().forward(latent, modulation, model.conditions(2), Way.TOKENS_APART),
                model.network().forward(latent, modulation, model.conditions(2), Way.WHOLE),
                TOLERANCE);
    }

    void theLastLayerGoesOnFromTheHiddenState() {
        Tensor latent = model.latent(1);
        Tensor modulation = model.network().modulation(300, model.conditions(1));
        assertThat(
                        model.network()
                                .forward(
                                        latent, modulation, model.conditions(1), Way.NOTHING_HIDDEN)
                                .toArray())
                .as("The last layer must go on with what hidden returns, not with the stream")
                .isNotEqualTo(
                        model.network()
                                .forward(latent, modulation, model.conditions(1), Way.WHOLE)
                                .toArray());
    }
}
