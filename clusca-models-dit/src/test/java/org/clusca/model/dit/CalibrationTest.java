package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.StepKind;
import org.clusca.engine.CalibrationRun;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that are fitted to a model, from the measurement to their use. */
final class CalibrationTest {
    private static final int STEPS = 14;

    private static final Clusca CLUSCA = Clusca.create();

    private static Pipeline pipeline;

    @TempDir private Path folder;

    /** With all that a tag could stumble over. */
    private Path file;

    @BeforeAll
    static void open() {
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @BeforeEach
    void name() {
        file = folder.resolve("a, (b)=it's.json");
    }

    private static Request.Builder request() {
        return TinyDit.request("none").steps(STEPS).count(2);
    }

    private String calibrated(String policy) {
        CalibrationRun.Made made = CLUSCA.calibrate(pipeline, policy, request().build());
        assertThat(made.warnings()).isEmpty();
        assertThat(made.summary()).isNotEmpty();
        made.file().write(file);
        return new Tag(made.file().policy(), Map.of()).with("file", file.toString()).toString();
    }

    private Generated generate(String tag, UnaryOperator<Request.Builder> change) {
        return pipeline.generate(
                change.apply(request()).policy(CLUSCA.policy(tag, pipeline.model())).build());
    }

    @ParameterizedTest
    @CsvSource({
        "hyca:interval=3, 'hyca:file=', SKIPPED",
        "'hyca:interval=4,groups=5', 'hyca:file=', SKIPPED",
        "'xslim:threshold=2,first=3', 'xslim:file=', SKIPPED"
    })
    void fromTheMeasurementToItsUse(String policy, String tag, StepKind kind) {
        String found = calibrated(policy);
        assertThat(found).startsWith(tag);

        Generated generated = generate(found, request -> request);

        assertThat(generated.report().count(kind)).isPositive();
        assertThat(generated.report().warnings()).isEmpty();
        String reported = generated.report().provenance().policy();
        assertThat(reported).startsWith(tag).containsPattern(",hash=[0-9a-f]{32}$");
        Generated again =
                pipeline.generate(
                        CLUSCA.request(generated.report().provenance())
                                .keepLatents(true)
                                .decode(false)
                                .build());
        TinyDit.assertSameBits("what the report makes again", again, generated);
    }

    @Test
    void whatTheTagSaysGoesFirst() {
        String tag = calibrated("hyca:interval=3") + ",interval=2";
        assertThat(generate(tag, request -> request).report().count(StepKind.FULL))
                .isEqualTo(1 + STEPS / 2);
    }

    /** The same model twice has one fingerprint; anything else is another model. */
    @ParameterizedTest
    @ValueSource(strings = {"hyca:interval=3", "xslim:first=3"})
    void refusedForAnythingElse(String policy) throws IOException {
        String tag = calibrated(policy);
        String name = policy.substring(0, policy.indexOf(':'));
        String written = Files.readString(file);

        refused(tag, request -> request.steps(10), "on 14 steps", "has 10", name);
        Files.writeString(file, written.replace("\"dit\"", "\"flux\""));
        refused(tag, request -> request, "family flux", "is dit", name);
        String fingerprint = pipeline.origin().fingerprint();
        Files.writeString(file, written.replace(fingerprint, "0123"));
        refused(tag, request -> request, "the fingerprint 0123", fingerprint, name);
    }

    private void refused(String tag, UnaryOperator<Request.Builder> change, String... expected) {
        assertThatThrownBy(
                        () ->
                                pipeline.check(
                                        change.apply(request())
                                                .policy(CLUSCA.policy(tag, pipeline.model()))
                                                .build()))
                .isInstanceOfSatisfying(
                        CluscaException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INCOMPATIBLE))
                .hasMessageContainingAll(expected)
                .hasMessageContaining("Run clusca calibrate for policy");
    }

    @Test
    void anotherGuidanceIsSaid() {
        String tag = calibrated("hyca:interval=3");
        assertThat(generate(tag, request -> request.guidance(4)).report().warnings())
                .singleElement()
                .asString()
                .contains("calibrated under ddim with guidance 1.5", "ddim with guidance 4");
    }

    @Test
    void filesThatAreNone() throws IOException {
        String tag = calibrated("hyca:interval=3");
        String written = Files.readString(file);

        corrupt(tag, written.substring(0, written.length() / 2), "is not valid JSON");
        corrupt(tag, "{}", "'format' must be clusca-calibration-1");
        corrupt(tag, "[1]", "must be a JSON object");
        corrupt(tag, written.replace("\"steps\" : 14", "\"steps\" : \"many\""), "'steps' must");
        corrupt(tag, written.replaceFirst("\"solvers\" : \"[^\"]*\"", "\"a\" : 1"), "'solvers'");
        corrupt(
                tag,
                written.replaceFirst("\"solvers\" : \"[^\"]*\"", "\"solvers\" : \"heun\""),
                "names no solvers");
        corrupt(tag, written.replace("\"found\"", "\"lost\""), "'found' must be an object");
        Files.delete(file);
        assertRefused(ErrorCode.NOT_FOUND, tag, "there is no such file");
        assertRefused(ErrorCode.IO, "hyca:file=" + folder, "cannot be read");
    }

    private void corrupt(String tag, String content, String expected) throws IOException {
        Files.writeString(file, content);
        assertRefused(ErrorCode.CORRUPT_FILE, tag, expected);
    }

    private static void assertRefused(ErrorCode code, String tag, String expected) {
        assertThatThrownBy(() -> CLUSCA.policy(tag))
                .isInstanceOfSatisfying(
                        CluscaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(expected);
    }

    @Test
    void ofAnotherPolicyOrContent() throws IOException {
        String tag = calibrated("hyca:interval=3");
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                tag.replace("hyca", "xslim"),
                "a calibration of policy hyca, it is given to xslim");
        String hash = "0".repeat(32);
        assertRefused(ErrorCode.INCOMPATIBLE, tag + ",hash=" + hash, "expected " + hash);
        Files.writeString(file, Files.readString(file).replace("\"interval\"", "\"intervall\""));
        assertRefused(ErrorCode.INVALID_PARAMETER, tag, "No parameter 'intervall'");
    }

    @Test
    void policiesWithNothingToFit() {
        assertThatThrownBy(() -> CLUSCA.calibrator("fora"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("nothing to calibrate of policy fora")
                .hasMessageContaining("hyca, xslim");
        assertThatThrownBy(() -> CLUSCA.calibrator("hyca:file=x.json"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("leave file out");
        assertThatThrownBy(() -> CLUSCA.calibrator("hyca:groups=0"))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("groups of calibrating policy hyca must be 1 to 1000");
        assertThatThrownBy(
                        () ->
                                CLUSCA.calibrate(
                                        pipeline, "xslim:final=9", request().steps(12).build()))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("of 12 there are none left");
    }
}
