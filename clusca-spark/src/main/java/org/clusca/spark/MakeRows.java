package org.clusca.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.batch.Batch;
import org.clusca.batch.BatchMaker;
import org.clusca.batch.BatchRow;
import org.clusca.batch.BatchTable;
import org.clusca.engine.ProgressListener;
import org.jspecify.annotations.Nullable;

/** What a task does with its rows. */
final class MakeRows implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final SparkBatch batch;
    private final LinkedHashMap<BatchRow.Column, Integer> columns;

    MakeRows(SparkBatch batch, Map<BatchRow.Column, Integer> columns) {
        this.batch = batch;
        this.columns = new LinkedHashMap<>(columns);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        BatchMaker maker = ExecutorModel.maker(batch);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                // a job that was given up asks for no more
                TaskContext task = TaskContext.get();
                if (task != null) {
                    task.killTaskIfInterrupted();
                }
                return made(rows.next(), maker);
            }
        };
    }

    private Row made(Row given, BatchMaker maker) {
        Batch.Outcome outcome = Batch.make(line(given), maker, ProgressListener.NONE);
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < given.length(); i++) {
            values.add(given.get(i));
        }
        Optional<BatchMaker.Made> made = outcome.made();
        values.add(made.map(picture -> picture.file().toString()).orElse(null));
        if (batch.bytes()) {
            values.add(made.map(picture -> bytes(picture.file())).orElse(null));
        }
        values.add(made.map(picture -> text(picture.report())).orElse(null));
        values.add(made.isPresent() ? null : outcome.error());
        return RowFactory.create(values.toArray());
    }

    private BatchTable.Line line(Row given) {
        Map<BatchRow.Column, String> cells = new LinkedHashMap<>();
        columns.forEach(
                (column, index) ->
                        cells.put(
                                column,
                                given.isNullAt(index) ? "" : String.valueOf(given.get(index))));
        try {
            return new BatchTable.Line(0, Optional.of(BatchRow.of(0, cells)), "");
        } catch (CluscaException e) {
            return new BatchTable.Line(0, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CluscaException(ErrorCode.IO, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The report that lies beside the picture. */
    private static String text(Path report) {
        try {
            return Files.readString(report);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, report + " cannot be read: " + e.getMessage(), e);
        }
    }
}
