package org.clusca.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.trunk.CachePrecision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a policy fits into a limit. */
final class FitCacheTest {
    private static Pipeline pipeline;

    @BeforeAll
    static void open() {
        pipeline = Toys.open();
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    private static long features(Request request) {
        return pipeline.plan(request).features();
    }

    /** Every form that there is, from the limit of the one before. */
    private static List<Request> forms(String policy) {
        List<Request> forms = new ArrayList<>();
        Request form = pipeline.fitCache(Toys.request(policy).build(), Long.MAX_VALUE);
        forms.add(form);
        for (long less = features(form) - 1; less > 0; less = features(form) - 1) {
            try {
                form = pipeline.fitCache(Toys.request(policy).build(), less);
            } catch (CluscaException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
                break;
            }
            assertThat(features(form)).isLessThanOrEqualTo(less);
            forms.add(form);
        }
        return forms;
    }

    @Test
    void whatLosesLeastComesFirst() {
        assertThat(forms("taylorseer:order=2"))
                .extracting(form -> form.policy().tag() + " " + form.cachePrecision())
                .containsExactly(
                        "taylorseer:interval=5,order=2,first=2 FLOAT32",
                        "taylorseer:interval=5,order=2,first=2 BFLOAT16",
                        "taylorseer:interval=5,order=1,first=2 BFLOAT16",
                        "taylorseer:interval=5,order=0,first=2 BFLOAT16",
                        "taylorseer:interval=5,order=2,first=2,keep=last BFLOAT16");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clusca:clusters=8,order=3,clusterer=random,rows=apart",
                "speca:order=3,max=4",
                "taylorseer:order=3,keep=residual"
            })
    void lowerOrdersKeepTheOtherSettings(String policy) {
        CachePolicy asked = Toys.request(policy).build().policy();
        assertThat(asked.lighter())
                .extracting(CachePolicy::tag)
                .containsExactly(
                        asked.tag().replace("order=3", "order=2"),
                        asked.tag().replace("order=3", "order=1"),
                        asked.tag().replace("order=3", "order=0"));
        assertThat(asked.lighter().get(1).lighter())
                .extracting(CachePolicy::tag)
                .containsExactly(asked.lighter().get(2).tag());
        // float32, then 16 bits of each order
        assertThat(forms(policy)).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "'freqca:interval=4,first=1,low=1', 'order=1,low=1', order=0",
        "'hyca:interval=4,first=1,solver=bdf', 'solver=bdf,order=1', 'solver=bdf,order=0'"
    })
    void lowerOrdersOfWhatTheTrunkBecomes(String policy, String lower, String lowest) {
        String head = policy.substring(0, policy.lastIndexOf(','));
        assertThat(forms(policy))
                .extracting(form -> form.policy().tag() + " " + form.cachePrecision())
                .containsExactly(
                        policy + " FLOAT32",
                        policy + " BFLOAT16",
                        head + "," + lower + " BFLOAT16",
                        head + "," + lowest + " BFLOAT16");
    }

    @Test
    void whatIsAskedForStaysWhereItFits() {
        Request halved =
                Toys.request("fora").cachePrecision(CachePrecision.BFLOAT16).seed(3).build();
        Request fitted = pipeline.fitCache(halved, features(halved));
        assertThat(fitted).isSameAs(halved);
        assertThat(pipeline.fitCache(Toys.request("none").build(), 0).policy().tag())
                .isEqualTo("none");
    }

    @Test
    void aLimitThatNothingFitsInto() {
        Request request = Toys.request("fora").build();
        assertRefused(
                ErrorCode.OUT_OF_MEMORY,
                () -> pipeline.fitCache(request, 1000),
                "A feature cache of 1.0 KiB is too little for policy fora:interval=3: at its least",
                Advice.LARGER_CACHE.words());
    }
}
