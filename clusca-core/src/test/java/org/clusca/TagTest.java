package org.clusca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.Map;
import org.clusca.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How tags and lists of tags are read. */
final class TagTest {
    @Test
    void nameAlone() {
        assertThat(Tag.parse(" none ")).isEqualTo(new Tag("none", Map.of()));
    }

    @Test
    void parametersAfterAColon() {
        assertThat(Tag.parse("clusca:interval=4, order = 2"))
                .isEqualTo(new Tag("clusca", Map.of("interval", "4", "order", "2")));
    }

    @Test
    void parametersInParentheses() {
        assertThat(Tag.parse("kmeans(empty=zero,iterations=10)"))
                .isEqualTo(new Tag("kmeans", Map.of("empty", "zero", "iterations", "10")));
    }

    @Test
    void aTagInsideATag() {
        assertThat(Tag.parse("clusca:clusterer=kmeans(empty=zero,iterations=10),order=2"))
                .isEqualTo(
                        new Tag(
                                "clusca",
                                Map.of(
                                        "clusterer",
                                        "kmeans(empty=zero,iterations=10)",
                                        "order",
                                        "2")));
    }

    @Test
    void aValueMayHoldAnEqualsSignAndAColon() {
        assertThat(Tag.parse("other:file=a:b=c").parameters()).containsEntry("file", "a:b=c");
    }

    /** Paths of files, however they are called. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "C:\\models\\a.json",
                "/tmp/a, b=c (1.json",
                "it's.json",
                "'a'",
                "a,b.json",
                " a ",
                "),(",
                "kmeans(empty=zero,iterations=10)",
                "say \"x, y\".json"
            })
    void aValueMayHoldWhateverAPathDoes(String path) {
        Tag tag = new Tag("xslim", Map.of("file", path)).with("ratio", "0.5");
        assertThat(Tag.parse(tag.toString())).isEqualTo(tag);
        assertThat(Tag.parse(tag.nested())).isEqualTo(tag);
        assertThat(Tag.split("none," + tag + ",fora"))
                .containsExactly("none", tag.toString(), "fora");
    }

    @Test
    void quotesThatDoNotDo() {
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> Tag.parse("xslim:file='a,b.json"),
                "the quote ' is never closed");
        assertRefused(
                ErrorCode.INVALID_PARAMETER,
                () -> new Tag("xslim", Map.of("file", "it's, \"x\"")).toString(),
                "both kinds of quotes");
    }

    @Test
    void listsAreSplitBetweenTagsOnly() {
        assertThat(Tag.split("none,fora:interval=5,clusca:interval=4,order=2"))
                .containsExactly("none", "fora:interval=5", "clusca:interval=4,order=2");
        assertThat(Tag.split("clusca:clusterer=kmeans(empty=zero,iterations=3),order=2,none"))
                .containsExactly(
                        "clusca:clusterer=kmeans(empty=zero,iterations=3),order=2", "none");
        assertThat(Tag.split("random,kmeans(empty=zero),kmeans++"))
                .containsExactly("random", "kmeans(empty=zero)", "kmeans++");
        assertThat(Tag.split("none")).containsExactly("none");
    }

    @ParameterizedTest
    @CsvSource({
        "'', the name is missing",
        "':interval=3', the name is missing",
        "'(a=b)', the name is missing",
        "'fora:', is not key=value",
        "'fora:interval', 'interval' is not key=value",
        "'fora:=3', is not key=value",
        "'fora:interval=3,interval=4', 'interval' is given twice",
        "'fora:interval=3,', is not key=value",
        "'kmeans(empty=zero', the closing parenthesis is missing",
    })
    void malformed(String text, String why) {
        assertRefused(
                ErrorCode.INVALID_PARAMETER, () -> Tag.parse(text), text, why, "NAME:key=value");
    }

    @Test
    void isWrittenAsItIsRead() {
        Tag tag = Tag.parse("clusca:clusterer=kmeans(empty=zero,start=repeated)");

        Tag more = tag.with("order", "0").with("order", "2");

        assertThat(Tag.parse(more.toString())).isEqualTo(more);
        assertThat(more.parameters())
                .containsEntry("order", "2")
                .containsEntry("clusterer", "kmeans(empty=zero,start=repeated)");
        assertThat(tag.parameters()).doesNotContainKey("order");
        assertThat(Tag.parse("kmeans").toString()).isEqualTo("kmeans");
        assertThat(Tag.parse("kmeans").nested()).isEqualTo("kmeans");
        assertThat(Tag.parse("kmeans:empty=zero").nested()).isEqualTo("kmeans(empty=zero)");
    }

    @Test
    void publishedStandsBeforeTheParameters() {
        assertThat(Tag.parse("clusca:published")).isEqualTo(new Tag("clusca", true, Map.of()));
        Tag more = Tag.parse("clusca: published,order=2");
        assertThat(more).isEqualTo(new Tag("clusca", true, Map.of("order", "2")));
        assertThat(more).hasToString("clusca:published,order=2");
        assertThat(more.with("clusterer", "random").nested())
                .isEqualTo("clusca(published,order=2,clusterer=random)");
        assertThat(Tag.split("none,clusca:published,order=2,fora"))
                .containsExactly("none", "clusca:published,order=2", "fora");
        assertThatThrownBy(() -> Tag.parse("clusca:order=2,published"))
                .hasMessageContaining("'published' is not key=value");
        assertThatThrownBy(() -> Clusca.create().clusterer("kmeans(published)"))
                .hasMessageContaining("no published settings");
    }
}
