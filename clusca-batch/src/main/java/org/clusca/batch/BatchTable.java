package org.clusca.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.batch.BatchRow.Column;
import org.jspecify.annotations.Nullable;

/** A CSV file in UTF-8 whose first line names the columns. */
public final class BatchTable {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private BatchTable() {}

    /**
     * A line of a table.
     *
     * @param line in the file, from 2: the first has the columns' names
     * @param row empty where the line makes none
     * @param error why not; empty where it does
     */
    public record Line(long line, Optional<BatchRow> row, String error) {}

    /**
     * @throws CluscaException NOT_FOUND, IO, or INVALID_PARAMETER for a file that is no such table;
     *     a line that makes no sense is told in its place
     */
    public static List<Line> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CluscaException(ErrorCode.NOT_FOUND, "There is no file " + file + ".");
        }
        try (Reader reader = Files.newBufferedReader(file);
                MappingIterator<String[]> lines = reader().readValues(reader)) {
            if (!lines.hasNext()) {
                throw malformed(file, "it is empty; its first line names the columns");
            }
            List<Column> columns = columns(file, lines.next());
            List<Line> table = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            while (lines.hasNext()) {
                String[] cells = lines.next();
                long number = table.size();
                table.add(line(number, columns, cells, ids));
            }
            return table;
        } catch (CharacterCodingException e) {
            throw malformed(file, "it is not in UTF-8");
        } catch (JsonProcessingException e) {
            throw malformed(
                    file, "line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new CluscaException(ErrorCode.IO, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ObjectReader reader() {
        return CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY, CsvParser.Feature.SKIP_EMPTY_LINES)
                .build()
                .readerFor(String[].class);
    }

    private static List<Column> columns(Path file, String[] names) {
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            String plain = name.replace(BYTE_ORDER_MARK, "");
            Column column =
                    Column.named(plain)
                            .orElseThrow(
                                    () ->
                                            malformed(
                                                    file,
                                                    "it has a column '"
                                                            + plain
                                                            + "'; there are "
                                                            + Column.all()));
            if (columns.contains(column)) {
                throw malformed(file, "it has two columns " + column);
            }
            columns.add(column);
        }
        return columns;
    }

    private static Line line(long number, List<Column> columns, String[] cells, Set<String> ids) {
        long line = number + 2;
        if (cells.length > columns.size()) {
            return new Line(
                    line,
                    Optional.empty(),
                    "has "
                            + cells.length
                            + " cells for "
                            + columns.size()
                            + " columns; text with commas stands in quotes.");
        }
        Map<Column, String> given = new EnumMap<>(Column.class);
        for (int i = 0; i < cells.length; i++) {
            @Nullable String cell = cells[i];
            given.put(columns.get(i), cell == null ? "" : cell);
        }
        try {
            BatchRow row = BatchRow.of(number, given);
            return ids.add(row.id())
                    ? new Line(line, Optional.of(row), "")
                    : new Line(
                            line,
                            Optional.empty(),
                            "has the id " + row.id() + " of another line before it.");
        } catch (CluscaException e) {
            return new Line(line, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private static CluscaException malformed(Path file, String what) {
        return new CluscaException(
                ErrorCode.INVALID_PARAMETER, file + " is no table of prompts: " + what + ".");
    }
}
