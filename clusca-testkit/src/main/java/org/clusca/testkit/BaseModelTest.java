package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.NoCache;
import org.clusca.api.cache.StepContext;
import org.clusca.api.model.Branch;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.onnx.OnnxEnvironment;
import org.clusca.testkit.RecordingLinker.Way;
import org.clusca.tokenize.Tokenizer;
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
        RANGES
    }

    private static final double TOLERANCE = 1e-5;

    private Model model;
    private TransformerSpec spec;
    private Network network;
    private Pipeline pipeline;

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

    private Prompt prompt(String text) {
        return new Prompt(text, OptionalDouble.empty(), maxSequenceLength());
    }

    /** A class without a name is asked for by its number. */
    private String named(int number) {
        String name = model.conditioner().classes().get(number);
        return name.isEmpty() ? Integer.toString(number) : name;
    }

    @BeforeAll
    final void open() {
        model = model();
        pipeline = Clusca.create().open(model, 0);
        int textTokens = model.conditioner().textTokens(prompt(condition()));
        spec = model.transformer().spec(model.latentShape(size()), textTokens);
        network = new Network(model.transformer(), spec);
    }

    @AfterAll
    final void close() {
        pipeline.close();
    }

    private Request.Builder request() {
        Request.Builder request =
                Request.builder()
                        .conditions(condition())
                        .steps(5)
                        .seed(3)
                        .guidance(1)
                        .size(size())
                        .policy(NoCache.INSTANCE)
                        .keepLatents(true)
                        .decode(false);
        maxSequenceLength().ifPresent(request::maxSequenceLength);
        return request;
    }

    private Tensor latent(int batch) {
        int[] cells = spec.latentShape();
        int[] shape = new int[cells.length + 1];
        shape[0] = batch;
        System.arraycopy(cells, 0, shape, 1, cells.length);
        return Numbers.normal(batch, 1, shape);
    }

    private List<Condition> conditions(int count) {
        List<Condition> conditions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            conditions.add(pipeline.condition(prompt(i % 2 == 0 ? condition() : otherCondition())));
        }
        return conditions;
    }

    @Test
    void writesTheBranchesOfItsSpec() {
        RecordingLinker linker = network.written();
        assertThat(linker.written().stream().map(RecordingLinker.Written::id).toList())
                .as("The branches that forward writes must be those of the spec, in its order")
                .isEqualTo(spec.branches().stream().map(Branch::id).toList());
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
                        hasBehavior(Behavior.RANGES)
                                ? IntStream.rangeClosed(0, blocks).boxed().toList()
                                : List.of());
        assertThat(linker.hidden())
                .as("The hidden state after the last block must be named once")
                .hasSize(1);
    }

    @Test
    void shapesAreThoseOfTheSpecForAnyBatch() {
        for (int batch : new int[] {1, 3}) {
            Tensor modulation = network.modulation(500, conditions(batch));
            assertThat(modulation.isFinite()).as("The modulation must be finite").isTrue();
            Tensor output =
                    network.forward(latent(batch), modulation, conditions(batch), Way.WHOLE);
            assertThat(output.isFinite()).as("The output must be finite").isTrue();
            for (int i = 0; i < spec.branches().size(); i++) {
                network.branch(i, latent(batch), modulation, conditions(batch));
            }
        }
    }

    @Test
    void theModulationDependsOnTimestepAndCondition() {
        List<Condition> one = conditions(2).subList(0, 1);
        List<Condition> other = conditions(2).subList(1, 2);
        float[] modulation = network.modulation(500, one).toArray();
        assertThat(network.modulation(20, one).toArray())
                .as("The modulation must depend on the timestep")
                .isNotEqualTo(modulation);
        if (spec.conditionRows().isEmpty()) {
            assertThat(network.modulation(500, other).toArray())
                    .as("The modulation of a network that takes no condition for it")
                    .isEqualTo(modulation);
            return;
        }
        assertThat(network.modulation(500, other).toArray())
                .as("The modulation must depend on the condition")
                .isNotEqualTo(modulation);
    }

    @Test
    void rowsAreIndependent() {
        Tensor latent = latent(3);
        Tensor modulation = network.modulation(300, conditions(3));
        Checks.close(
                "A row of the batch must not depend on the others",
                network.forward(
                        Numbers.copy(latent.rows(1, 2)),
                        Numbers.copy(modulation.rows(1, 2)),
                        conditions(3).subList(1, 2),
                        Way.WHOLE),
                Numbers.copy(
                        network.forward(latent, modulation, conditions(3), Way.WHOLE).rows(1, 2)),
                TOLERANCE);
    }

    @Test
    void theSwitchedGraphEqualsThePlainOne() {
        Generated plain = pipeline.generate(request().count(2).build());
        for (GraphForms form : forms()) {
            Generated switched =
                    pipeline.generate(request().count(2).policy(form.computing()).build());
            Checks.sameBits(
                    "A graph whose branches can be switched ("
                            + form
                            + ") must equal the plain one bit for bit",
                    switched,
                    plain);
        }
    }

    @Test
    void whatIsForecastOfTheSameInputIsWhatWasComputed() {
        for (GraphForms form : forms()) {
            List<Tensor> outputs = walked(new Walking(1, 500, 500), form).outputs();
            Checks.close(
                    "The output of a step that forecasts must be that of the step before, which"
                            + " computed the same ("
                            + form
                            + ")",
                    outputs.get(1),
                    outputs.get(0),
                    TOLERANCE);
        }
    }

    @Test
    void aForecastBlockAddsToThisStepsOwnStreams() {
        if (!hasBehavior(Behavior.RANGES)) {
            Checks.refused(
                    "Blocks that are not handed over cannot be forecast",
                    ErrorCode.INCOMPATIBLE,
                    () -> walked(new Walking(1, 500), GraphForms.BLOCK),
                    "enter");
            return;
        }
        Walking walked = walked(new Walking(0.8, 500, 300), GraphForms.BLOCK);
        List<Condition> conditions =
                List.of(
                        pipeline.condition(
                                new Prompt(
                                        condition(), OptionalDouble.of(1), maxSequenceLength())));
        Map<Stream, Tensor> added =
                network.added(
                        walked.latents().get(0), network.modulation(500, conditions), conditions);
        Checks.close(
                "A forecast block must leave this step's own streams with what it added before",
                walked.outputs().get(1),
                network.adding(
                        added,
                        walked.latents().get(1),
                        network.modulation(300, conditions),
                        conditions),
                TOLERANCE);
    }

    private Walking walked(Walking scheduler, GraphForms form) {
        pipeline.generate(
                request()
                        .steps(scheduler.steps().length)
                        .scheduler(scheduler)
                        .policy(form.reusing())
                        .build());
        return scheduler;
    }

    private List<GraphForms> forms() {
        return Arrays.stream(GraphForms.values())
                .filter(form -> hasBehavior(Behavior.RANGES) || !form.ranges())
                .toList();
    }

    @Test
    void everyFormOfTheGraphRuns() {
        for (GraphForms form : forms()) {
            Generated cached = pipeline.generate(request().count(2).policy(form.reusing()).build());
            assertThat(cached.latents().isFinite())
                    .as("Latents must be finite when branches are reused (%s)", form)
                    .isTrue();
        }
    }

    @Test
    void refreshingEveryTokenEqualsComputing() {
        Generated computed = pipeline.generate(request().count(2).build());
        Generated refreshed =
                pipeline.generate(request().count(2).policy(new RefreshingPolicy()).build());
        Checks.close(
                "Every token of every branch computed by itself, attention included, must give"
                        + " what computing all of them gives",
                refreshed.latents(),
                computed.latents(),
                1e-6);
    }

    @Test
    void refreshedTokensAttendToKeptKeys() {
        new RefreshedSteps(network, spec, conditions(2)).check(TOLERANCE);
    }

    @Test
    void whatIsRedoneLeavesNoTrace() {
        for (GraphForms form :
                List.of(
                        GraphForms.TOKENS_AND_FORECAST,
                        GraphForms.MEASURES_RESIDUAL,
                        GraphForms.VERIFIES_TOKENS)) {
            Generated straight = pipeline.generate(request().policy(form.redoing(false)).build());
            Generated redone = pipeline.generate(request().policy(form.redoing(true)).build());
            Checks.sameBits(
                    "A step that was drafted and then computed must be as if there had been no"
                            + " draft ("
                            + form
                            + ")",
                    redone,
                    straight);
        }
    }

    @Test
    void gaugesShowWhatTheyMeasure() {
        gauges(GraphForms.MEASURES_INPUT).inputChange();
        gauges(GraphForms.MEASURES_RESIDUAL).residualChange();
        gauges(GraphForms.VERIFIES_BRANCH).forecastError();
        gauges(GraphForms.VERIFIES_BLOCK).blockError();
    }

    /** A generation that reuses something, with what its gauges showed. */
    private GaugeChecks gauges(GraphForms form) {
        List<StepContext> steps = new ArrayList<>();
        Generated generated =
                pipeline.generate(request().count(2).policy(form.noting(steps)).build());
        Prompt asked = new Prompt(condition(), OptionalDouble.of(1), maxSequenceLength());
        List<Condition> conditions = Collections.nCopies(2, pipeline.condition(asked));
        return new GaugeChecks(network, spec, conditions, steps, generated);
    }

    @Test
    void tokenwiseBranchesUseOnlyTheTokensTheyAreGiven() {
        Tensor latent = latent(2);
        Tensor modulation = network.modulation(300, conditions(2));
        Checks.close(
                "A branch that works token by token must use of the stream only the tokens it is"
                        + " given: one token apart from the others must come out the same",
                network.forward(latent, modulation, conditions(2), Way.TOKENS_APART),
                network.forward(latent, modulation, conditions(2), Way.WHOLE),
                TOLERANCE);
    }

    @Test
    void theLastLayerGoesOnFromTheHiddenState() {
        Tensor latent = latent(1);
        Tensor modulation = network.modulation(300, conditions(1));
        assertThat(network.forward(latent, modulation, conditions(1), Way.NOTHING_HIDDEN).toArray())
                .as("The last layer must go on with what hidden returns, not with the stream")
                .isNotEqualTo(
                        network.forward(latent, modulation, conditions(1), Way.WHOLE).toArray());
    }

    @Test
    void closingReleasesEverything() {
        int sessions = OnnxEnvironment.openSessions();
        long tensors = OnnxEnvironment.openTensors();
        int tokenizers = Tokenizer.openTokenizers();
        Pipeline own = Clusca.create().open(model(), 0);
        own.generate(request().build());
        own.generate(request().policy(GraphForms.TOKENS.reusing()).build());
        own.generate(request().policy(GraphForms.MEASURES_RESIDUAL.redoing(true)).build());
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

    @Test
    void unknownClassesAreRefused() {
        Conditioner conditioner = model.conditioner();
        String nonsense = "no such class, hopefully";
        if (!hasBehavior(Behavior.CLASSES)) {
            assertThat(conditioner.classes())
                    .as("The classes of a model that declares to have none")
                    .isEmpty();
            assertThat(pipeline.condition(prompt(nonsense)).label()).isNotNull();
            return;
        }
        assertThat(conditioner.classes()).as("The classes").isNotEmpty();
        Checks.refused(
                "An unknown class must be refused",
                ErrorCode.UNKNOWN_NAME,
                () -> pipeline.condition(prompt(nonsense)),
                nonsense);
    }

    @Test
    void conditionsAreWhatTheNetworkTakes() {
        List<Condition> all = new ArrayList<>(conditions(2));
        if (model.conditioner().classifierFree()) {
            all.add(pipeline.unconditional(prompt(condition())));
        }
        all.forEach(network::assertTakes);
    }

    @Test
    void theConditionChangesWhatIsGenerated() {
        assertThat(
                        pipeline.generate(request().conditions(otherCondition()).build())
                                .latents()
                                .toArray())
                .as("What is generated must depend on what is asked for")
                .isNotEqualTo(pipeline.generate(request().build()).latents().toArray());
    }

    @Test
    void guidance() {
        Request.Builder strong = request().guidance(3);
        if (!hasBehavior(Behavior.GUIDANCE)) {
            assertThat(model.conditioner().classifierFree())
                    .as("An unconditional row of a model that declares to take no guidance")
                    .isFalse();
            Checks.refused(
                    "A guidance scale must be refused by a model without guidance",
                    ErrorCode.INVALID_PARAMETER,
                    () -> pipeline.generate(strong.build()),
                    "guidance");
            return;
        }
        float[] weak = pipeline.generate(request().build()).latents().toArray();
        assertThat(pipeline.generate(strong.build()).latents().toArray())
                .as("The guidance scale must change what is generated")
                .isNotEqualTo(weak);
    }

    @Test
    void negativePrompts() {
        Request.Builder negative = request().guidance(3).negativePrompt(otherCondition());
        if (!model.conditioner().classifierFree()) {
            Checks.refused(
                    "A negative prompt must be refused by a model without an unconditional row",
                    ErrorCode.INVALID_PARAMETER,
                    () -> pipeline.generate(negative.build()),
                    "negative prompt");
            return;
        }
        Generated generated = pipeline.generate(negative.build());
        assertThat(generated.latents().toArray())
                .as("A negative prompt must change what is generated")
                .isNotEqualTo(pipeline.generate(request().guidance(3).build()).latents().toArray());
        assertThat(generated.report().provenance().negativePrompt())
                .as("The negative prompt in the report")
                .isEqualTo(otherCondition());
        Checks.refused(
                "A negative prompt must be refused where guidance is off",
                ErrorCode.INVALID_PARAMETER,
                () -> pipeline.generate(negative.guidance(1).build()),
                "negative prompt");
    }

    @Test
    void pictures() {
        if (!hasBehavior(Behavior.PICTURES)) {
            Checks.refused(
                    "Pictures of a model without an autoencoder must be refused",
                    ErrorCode.NOT_FOUND,
                    () -> pipeline.generate(request().decode(true).build()),
                    "autoencoder");
            return;
        }
        LatentCodec codec = model.codec().orElseThrow();
        int[] latent = spec.latentShape();
        int frames = (spec.latentFrames() - 1) * codec.temporalScale() + 1;
        Generated generated = pipeline.generate(request().count(2).decode(true).build());
        assertThat(generated.pictures().shape())
                .as("Shape of the pictures")
                .containsExactly(
                        2 * frames,
                        3,
                        latent[latent.length - 2] * codec.scale(),
                        latent[latent.length - 1] * codec.scale());
    }
}
