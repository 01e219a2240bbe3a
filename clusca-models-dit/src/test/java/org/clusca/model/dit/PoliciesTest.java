package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy that computes everything is no policy, to the last bit. */
final class PoliciesTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = TinyDit.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @ParameterizedTest
    @CsvSource({
        "fora:interval=1, 1.5, 1",
        "fora:interval=1, 1, 1",
        "fora:interval=1, 1.5, 3",
        "taylorseer:interval=1, 1.5, 1",
        "taylorseer:interval=1, 1, 3",
        "'taylorseer:interval=1,order=4', 4, 3",
        "'taylorseer:interval=1,order=0', 1, 1",
        "'clusca:interval=1,clusters=8', 1.5, 1",
        "'clusca:interval=1,clusters=8', 1.5, 3",
        "'clusca:interval=1,clusters=8', 1, 1",
        "'clusca:interval=1,clusters=8', 1, 3",
        "'clusca:interval=1,clusters=64,order=3', 4, 2",
        "'clusca:interval=1,clusters=8,order=0', 4, 2",
        "freqca:interval=1, 1.5, 2",
        "output:interval=1, 1.5, 3",
        "'output:interval=1,as=sample', 1, 1",
    })
    void computingEverythingIsNoPolicy(String policy, double guidance, int count) {
        Generated plain = pipeline.generate(request("none", guidance, count));
        Generated computed = pipeline.generate(request(policy, guidance, count));

        TinyDit.assertSameBits(policy, computed, plain);
        assertThat(plain.report().warnings()).isEmpty();
        assertThat(computed.report().warnings())
                .singleElement()
                .asString()
                .contains(policy.substring(0, policy.indexOf(':')), "reused nothing", "4 steps");
    }

    private static Request request(String policy, double guidance, int count) {
        return TinyDit.request(policy)
                .guidance(guidance)
                .count(count)
                .steps(4)
                .decode(true)
                .build();
    }
}
