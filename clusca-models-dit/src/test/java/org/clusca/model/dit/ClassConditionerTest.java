package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.util.List;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.EncoderRunner;
import org.clusca.api.model.Prompt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which class a text means; ImageNet has two of the names crane and maillot. */
final class ClassConditionerTest {
    private static final List<String> LABELS =
            List.of(
                    "crane",
                    "red fox, Vulpes vulpes",
                    "crane",
                    "maillot",
                    "maillot, tank suit",
                    "Polish",
                    "polish",
                    "fox_terrier");
    private static final ClassConditioner CLASSES = new ClassConditioner(LABELS.size(), LABELS, 4);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2; 2",
                "red fox; 1",
                "VULPES-vulpes; 1",
                "Red Fox,vulpes vulpes; 1",
                "maillot, tank suit; 4",
                "tank suit; 4",
                "Polish; 5",
                "polish; 6",
                "Fox Terrier; 7"
            })
    void oneClass(String text, int number) {
        assertThat(CLASSES.condition(Prompt.of(text), EncoderRunner.NONE).label())
                .isEqualTo(LABELS.get(number));
        assertThat(row(text)).isEqualTo(number);
    }

    private static float row(String text) {
        return CLASSES.condition(Prompt.of(text), EncoderRunner.NONE)
                .rows()
                .get(DitTransformer.LABEL)
                .data()
                .get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "crane; 0 (crane), 2 (crane)",
                "CRANE; 0 (crane), 2 (crane)",
                "maillot; 3 (maillot), 4 (maillot, tank suit)",
                "POLISH; 5 (Polish), 6 (polish)"
            })
    void severalClasses(String text, String numbers) {
        assertRefused(
                ErrorCode.UNKNOWN_NAME,
                () -> CLASSES.label(Prompt.of(text)),
                "Several classes are named '" + text + "'",
                numbers);
    }

    @Test
    void noClass() {
        assertRefused(
                ErrorCode.UNKNOWN_NAME,
                () -> CLASSES.label(Prompt.of("8")),
                "no class 8",
                "0 to 7");
        assertRefused(
                ErrorCode.UNKNOWN_NAME,
                () -> CLASSES.label(Prompt.of("red fix")),
                "Did you mean",
                "red fox");
    }
}
