package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.time.Duration;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Config;
import org.clusca.api.model.Prompt;
import org.clusca.api.schedule.Scheduler;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.onnx.OnnxEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that do not fit the model: what is said of them, before anything is loaded. */
final class BadRequestTest {
    private static Pipeline pipeline;
    private static int sessions;
    private static long tensors;

    @BeforeAll
    static void open() {
        sessions = OnnxEnvironment.openSessions();
        tensors = OnnxEnvironment.openTensors();
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void nothingWasLoaded() {
        assertThat(OnnxEnvironment.openSessions()).isEqualTo(sessions);
        assertThat(OnnxEnvironment.openTensors()).isEqualTo(tensors);
        pipeline.close();
    }

    @Test
    void unknownClassIsToldTheNearOnes() {
        refused(
                ErrorCode.UNKNOWN_NAME,
                TinyDit.request("none").conditions("tea bot"),
                "'tea bot'",
                "Did you mean tea pot");
        refused(
                ErrorCode.UNKNOWN_NAME,
                TinyDit.request("none").conditions("tram", "submarine"),
                "'submarine'",
                "lighthouse");
        refused(ErrorCode.UNKNOWN_NAME, TinyDit.request("none").conditions("12"), "12", "0 to 11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fox", "RED fox", "red-fox", "Red_Fox, Fox", "0", " tea pot "})
    void classesAreKnownByAnyOfTheirNames(String name) {
        assertThat(pipeline.model().conditioner().label(Prompt.of(name)))
                .isIn("red fox, fox", "tea pot, teapot");
    }

    @Test
    void steps() {
        assertRefused(
                ErrorCode.INVALID_PARAMETER, () -> TinyDit.request("none").steps(0).build(), "0");
        refused(ErrorCode.INVALID_PARAMETER, TinyDit.request("none").steps(1001), "1001", "1000");
    }

    @Test
    void aSchedulerOfAnotherProcess() {
        Scheduler flow = Clusca.create().scheduler("flow-match-euler", new Config("x", Map.of()));
        refused(
                ErrorCode.INCOMPATIBLE,
                TinyDit.request("none").scheduler(flow),
                "flow-match-euler undoes flow matching",
                "trained by diffusion",
                "ddim");
        assertRefused(
                ErrorCode.INCOMPATIBLE,
                () -> pipeline.check(TinyDit.request("none").scheduler(flow).build()),
                "flow-match-euler");
    }

    @Test
    void moreClustersThanTokens() {
        refused(
                ErrorCode.INVALID_PARAMETER,
                TinyDit.request("clusca:clusters=65"),
                "clusters",
                "65",
                "64 tokens");
    }

    @Test
    void initialLatents() {
        Tensor spoiled = Tensor.zeros(1, 4, 16, 16);
        spoiled.data().put(77, Float.NaN);
        refused(
                ErrorCode.NOT_FINITE,
                TinyDit.request("none").initialLatents(spoiled),
                "initial latents");
        refused(
                ErrorCode.INVALID_PARAMETER,
                TinyDit.request("none").initialLatents(Tensor.zeros(2, 4, 16, 16)),
                "initial latents",
                "[1, 4, 16, 16]",
                "[2, 4, 16, 16]");
    }

    @Test
    void requestsThatMakeNoSense() {
        refusedBuild(Request.builder(), "at least one class");
        refusedBuild(TinyDit.request("none").count(0), "images");
        refusedBuild(TinyDit.request("none").guidance(Double.NaN), "guidance");
        refusedBuild(TinyDit.request("none").guidance(-1), "guidance");
        refusedBuild(TinyDit.request("none").timeout(Duration.ofSeconds(-1)), "timeout");
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_NAME, kluska, clusca",
        "UNKNOWN_NAME, clusca:clusterer=kmean, kmeans",
        "INVALID_PARAMETER, clusca:intervall=3, interval",
        "INVALID_PARAMETER, clusca:interval=0, 1 to 1000",
        "INVALID_PARAMETER, clusca:clusterer=kmeans(empty=maybe), empty",
        "INVALID_PARAMETER, taylorseer:order=9, 0 to 8",
        "INVALID_PARAMETER, none:interval=3, It has none",
    })
    void policies(ErrorCode code, String tag, String named) {
        assertRefused(code, () -> Clusca.create().policy(tag), named);
    }

    private static void refusedBuild(Request.Builder request, String named) {
        assertRefused(ErrorCode.INVALID_PARAMETER, request::build, named);
    }

    private static void refused(ErrorCode code, Request.Builder request, Object... named) {
        assertRefused(code, () -> pipeline.generate(request.decode(true).build()), named);
    }
}
