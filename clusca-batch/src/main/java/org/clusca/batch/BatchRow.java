package org.clusca.batch;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Size;

/**
 * One picture or video to make. What is empty is decided by the batch, or by the model.
 *
 * @param id names it and its files: letters, digits, dots, hyphens and underscores
 * @param prompt or the class, for models of classes
 * @param size zeros are the model's
 * @param policy its tag
 */
public record BatchRow(
        String id,
        String prompt,
        long seed,
        Size size,
        OptionalInt steps,
        OptionalDouble guidance,
        Optional<String> negativePrompt,
        Optional<String> policy,
        Optional<String> scheduler) {
    private static final int LONGEST_ID = 150;
    private static final BigInteger LEAST_SEED = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST_SEED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    /** Names of the columns that a row is read from. */
    public enum Column {
        ID,
        PROMPT,
        CLASS,
        SEED,
        WIDTH,
        HEIGHT,
        FRAMES,
        STEPS,
        GUIDANCE,
        NEGATIVE_PROMPT,
        POLICY,
        SCHEDULER;

        /** As tables have it: {@code negative_prompt}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The column of a table's name, capitals or not. */
        public static Optional<Column> named(String name) {
            return Stream.of(values())
                    .filter(column -> column.toString().equalsIgnoreCase(name.strip()))
                    .findFirst();
        }

        /** All of them, for a message. */
        public static String all() {
            return Stream.of(values()).map(Column::toString).collect(Collectors.joining(", "));
        }
    }

    public BatchRow {
        requireNonNull(id, "id is null");
        requireNonNull(prompt, "prompt is null");
        if (!id.matches("[\\p{Alnum}_][\\p{Alnum}._-]{0," + (LONGEST_ID - 1) + "}")) {
            throw wrong(
                    Column.ID,
                    "a name for a file: letters, digits, dots, hyphens and underscores, at most "
                            + LONGEST_ID,
                    id);
        }
    }

    /**
     * @param number of the row in its table, from 0: its id where it has none
     * @param cells by column; blank ones count as missing
     * @throws CluscaException INVALID_PARAMETER naming the column that makes no sense
     */
    public static BatchRow of(long number, Map<Column, String> cells) {
        Map<Column, String> given = new LinkedHashMap<>();
        cells.forEach(
                (column, cell) -> {
                    if (!cell.isBlank()) {
                        given.put(column, cell.strip());
                    }
                });
        if (given.containsKey(Column.PROMPT) == given.containsKey(Column.CLASS)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    given.containsKey(Column.PROMPT)
                            ? "has both a prompt and a class; give one of them."
                            : "has neither a prompt nor a class.");
        }
        Optional<String> prompt = text(given, Column.PROMPT);
        return new BatchRow(
                text(given, Column.ID).orElseGet(() -> String.format(Locale.ROOT, "%07d", number)),
                prompt.or(() -> text(given, Column.CLASS)).orElseThrow(),
                text(given, Column.SEED).map(BatchRow::seed).orElse(0L),
                new Size(
                        whole(given, Column.WIDTH).orElse(0),
                        whole(given, Column.HEIGHT).orElse(0),
                        whole(given, Column.FRAMES).orElse(0)),
                whole(given, Column.STEPS),
                number(given),
                text(given, Column.NEGATIVE_PROMPT),
                text(given, Column.POLICY),
                text(given, Column.SCHEDULER));
    }

    /** All that decides its picture, for {@link BatchFolder} to tell whether that is made. */
    Map<String, String> json() {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("prompt", prompt);
        json.put("seed", Long.toString(seed));
        json.put("size", size.width() + "x" + size.height() + "x" + size.frames());
        steps.ifPresent(count -> json.put("steps", Integer.toString(count)));
        guidance.ifPresent(scale -> json.put("guidance", Double.toString(scale)));
        negativePrompt.ifPresent(text -> json.put("negative_prompt", text));
        policy.ifPresent(tag -> json.put("policy", tag));
        scheduler.ifPresent(name -> json.put("scheduler", name));
        return json;
    }

    private static Optional<String> text(Map<Column, String> given, Column column) {
        return Optional.ofNullable(given.get(column));
    }

    /** As other tools give them: of 64 bits, signed or unsigned. */
    private static long seed(String text) {
        if (text.matches("[+-]?[0-9]{1,40}")) {
            BigInteger number = new BigInteger(text);
            if (number.compareTo(LEAST_SEED) >= 0 && number.compareTo(MOST_SEED) <= 0) {
                return number.longValue();
            }
        }
        throw wrong(Column.SEED, "a whole number of 64 bits", text);
    }

    private static OptionalInt whole(Map<Column, String> given, Column column) {
        String text = given.get(column);
        if (text == null) {
            return OptionalInt.empty();
        }
        Predicate<String> positive =
                digits -> digits.matches("[0-9]{1,9}") && !digits.matches("0+");
        if (!positive.test(text)) {
            throw wrong(column, "a whole number above 0", text);
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static OptionalDouble number(Map<Column, String> given) {
        String text = given.get(Column.GUIDANCE);
        if (text == null) {
            return OptionalDouble.empty();
        }
        if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            throw wrong(Column.GUIDANCE, "a number such as 3.5", text);
        }
        return OptionalDouble.of(Double.parseDouble(text));
    }

    private static CluscaException wrong(Column column, String wanted, String found) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                column + " must be " + wanted + ", found '" + found + "'.");
    }
}
