package org.clusca.testkit;

import java.util.List;
import java.util.OptionalInt;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link Model} must do. Extend it and supply {@link #model()}, with weights as small as
 * they come: every check runs the network.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BaseModelTest {
    /** What a model may leave out; then the opposite is checked. */
    public enum Behavior {
        /** It knows a list of classes and refuses others. */
        CLASSES,
        /**
         * A guidance scale changes what it makes: it has an unconditional row, or the network takes
         * the scale.
         */
        GUIDANCE,
        /** It has an autoencoder. */
        PICTURES,
        /** It hands over its streams between blocks, so that ranges of them can be forecast. */
        RANGES,
        /**
         * It hands over what mixes tokens as attention in parts, so that some of its tokens can be
         * computed and it can be watched.
         */
        ATTENTION_IN_PARTS
    }

    private Model model;
    private ModelUnderTest opened;

    /** The model under test, e.g. {@code Clusca.create().model(directory)}. */
    protected abstract Model model();

    /** True unless the model leaves it out. */
    protected boolean hasBehavior(Behavior behavior) {
        return true;
    }

    /** Something the model can be asked for; by default the first class. */
    protected String condition() {
        return model.conditioner().classes().isEmpty() ? "a lamp" : named(0);
    }

    /** Something else; by default the last class. */
    protected String otherCondition() {
        List<String> classes = model.conditioner().classes();
        return classes.isEmpty() ? "two boats" : named(classes.size() - 1);
    }

    /** What pictures are made at; for models whose own size takes too long. */
    protected Size size() {
        return Size.DEFAULT;
    }

    /** Text tokens at most; for models whose own number takes too long. */
    protected OptionalInt maxSequenceLength() {
        return OptionalInt.empty();
    }

    /** A class without a name is asked for by its number. */
    private String named(int number) {
        String name = model.conditioner().classes().get(number);
        return name.isEmpty() ? Integer.toString(number) : name;
    }

    @BeforeAll
    final void open() {
        model = model();
        opened = new ModelUnderTest(this, model);
    }

    @AfterAll
    final void close() {
        opened.pipeline().close();
    }

    private WrittenChecks written() {
        return new WrittenChecks(opened);
    }

    private SwitchingChecks switching() {
        return new SwitchingChecks(opened);
    }

    private AskingChecks asking() {
        return new AskingChecks(opened);
    }

    @Test
    void writesTheBranchesOfItsSpec() {
        written().branchesAreThoseOfTheSpec();
    }

    @Test
    void shapesAreThoseOfTheSpecForAnyBatch() {
        written().shapesAreThoseOfTheSpecForAnyBatch();
    }

    @Test
    void theModulationDependsOnTimestepAndCondition() {
        written().theModulationDependsOnTimestepAndCondition();
    }

    @Test
    void rowsAreIndependent() {
        written().rowsAreIndependent();
    }

    @Test
    void tokenwiseBranchesUseOnlyTheTokensTheyAreGiven() {
        written().tokenwiseBranchesUseOnlyTheTokensTheyAreGiven();
    }

    @Test
    void theLastLayerGoesOnFromTheHiddenState() {
        written().theLastLayerGoesOnFromTheHiddenState();
    }

    @Test
    void everyTokenBecomesItsOwnCells() {
        new CellsCheck(opened).everyTokenBecomesItsOwnCells();
    }

    @Test
    void costsAreWhatTheGraphDoes() {
        new CostsCheck(opened).statedIsDone();
    }

    @Test
    void theSwitchedGraphEqualsThePlainOne() {
        switching().theSwitchedGraphEqualsThePlainOne();
    }

    @Test
    void whatIsForecastOfTheSameInputIsWhatWasComputed() {
        switching().whatIsForecastOfTheSameInputIsWhatWasComputed();
    }

    @Test
    void aForecastBlockAddsToThisStepsOwnStreams() {
        switching().aForecastBlockAddsToThisStepsOwnStreams();
    }

    @Test
    void rangesOfBlocksAddUp() {
        switching().rangesOfBlocksAddUp();
    }

    @Test
    void everyFormOfTheGraphRuns() {
        switching().everyFormOfTheGraphRuns();
    }

    @Test
    void refreshingEveryTokenEqualsComputing() {
        switching().refreshingEveryTokenEqualsComputing();
    }

    @Test
    void refreshedTokensAttendToKeptKeys() {
        switching().refreshedTokensAttendToKeptKeys();
    }

    @Test
    void whatIsRedoneLeavesNoTrace() {
        switching().whatIsRedoneLeavesNoTrace();
    }

    @Test
    void gaugesShowWhatTheyMeasure() {
        switching().gaugesShowWhatTheyMeasure();
    }

    @Test
    void closingReleasesEverything() {
        asking().closingReleasesEverything(model());
    }

    @Test
    void unknownClassesAreRefused() {
        asking().unknownClassesAreRefused();
    }

    @Test
    void conditionsAreWhatTheNetworkTakes() {
        asking().conditionsAreWhatTheNetworkTakes();
    }

    @Test
    void theConditionChangesWhatIsGenerated() {
        asking().theConditionChangesWhatIsGenerated();
    }

    @Test
    void guidance() {
        asking().guidance();
    }

    @Test
    void negativePrompts() {
        asking().negativePrompts();
    }

    @Test
    void pictures() {
        asking().pictures();
    }
}
