package org.clusca.spark;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.batch.BatchDefaults;
import org.clusca.batch.BatchRow;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pictures or videos of a dataset of prompts on the executors of a Spark cluster.
 *
 * <p>Rows have the columns of {@link BatchRow.Column}, of any type and in any order: {@code prompt}
 * or {@code class}, and what else is there; other columns are carried through. Every row gets
 * {@code file}, {@code picture} where it is asked for, {@code report} (JSON) and {@code error}: one
 * of the last two. Each executor process opens the model once. The same row gives the same picture
 * wherever and however often it runs, so a task that Spark runs twice does no harm, and rows that
 * are in the folder already are left alone.
 *
 * @param model directory of a model, which every executor can read, or the name of an embedded one
 * @param folder that every executor can write: where pictures and reports go, as {@code clusca
 *     batch} writes them
 * @param bytes whether the column {@code picture} holds what is in the file
 * @param threads of each executor; 0 for one per core of its machine
 */
public record SparkBatch(
        String model,
        String folder,
        boolean bytes,
        int threads,
        @Nullable String policy,
        @Nullable String scheduler,
        @Nullable Integer steps,
        @Nullable Double guidance)
        implements Serializable {
    /** Columns that are added. */
    public static final String FILE = "file";

    public static final String PICTURE = "picture";
    public static final String REPORT = "report";
    public static final String ERROR = "error";

    public SparkBatch {
        requireNonNull(model, "model is null");
        requireNonNull(folder, "folder is null");
        if (threads < 0) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "threads must be 0 or more, found " + threads + ".");
        }
    }

    /** Pictures of a model into a folder; what rows leave open is the model's. */
    public static SparkBatch of(String model, Path folder) {
        return new SparkBatch(
                model, folder.toAbsolutePath().toString(), false, 0, null, null, null, null);
    }

    /** With the column {@code picture}. */
    public SparkBatch withBytes() {
        return new SparkBatch(model, folder, true, threads, policy, scheduler, steps, guidance);
    }

    public SparkBatch withThreads(int count) {
        return new SparkBatch(model, folder, bytes, count, policy, scheduler, steps, guidance);
    }

    /** Of rows that name none. */
    public SparkBatch withPolicy(String tag) {
        return new SparkBatch(model, folder, bytes, threads, tag, scheduler, steps, guidance);
    }

    /** Of rows that say nothing of them. */
    public SparkBatch withSteps(int count) {
        return new SparkBatch(model, folder, bytes, threads, policy, scheduler, count, guidance);
    }

    BatchDefaults defaults() {
        return new BatchDefaults(
                Optional.ofNullable(policy),
                Optional.ofNullable(scheduler),
                steps == null ? OptionalInt.empty() : OptionalInt.of(steps),
                guidance == null ? OptionalDouble.empty() : OptionalDouble.of(guidance));
    }

    /**
     * Nothing runs until the result is asked for; ask once, or cache it: what is done is not made
     * again, but read again.
     *
     * @param prompts not so few partitions that executors wait: a few for each core
     * @throws CluscaException INVALID_PARAMETER for a dataset without prompts, or with columns that
     *     this adds
     */
    public Dataset<Row> run(Dataset<Row> prompts) {
        StructType given = prompts.schema();
        Map<BatchRow.Column, Integer> columns = columns(given);
        return prompts.mapPartitions(new MakeRows(this, columns), Encoders.row(result(given)));
    }

    private static Map<BatchRow.Column, Integer> columns(StructType schema) {
        Map<BatchRow.Column, Integer> columns = new LinkedHashMap<>();
        String[] names = schema.fieldNames();
        for (int i = 0; i < names.length; i++) {
            int index = i;
            BatchRow.Column.named(names[i])
                    .ifPresent(
                            column -> {
                                if (columns.put(column, index) != null) {
                                    throw refused("has two columns " + column);
                                }
                            });
            if (List.of(FILE, PICTURE, REPORT, ERROR).contains(names[i])) {
                throw refused("has a column " + names[i] + " already; rename it");
            }
        }
        if (!columns.containsKey(BatchRow.Column.PROMPT)
                && !columns.containsKey(BatchRow.Column.CLASS)) {
            throw refused(
                    "has neither a column prompt nor a column class, but "
                            + String.join(", ", names));
        }
        if (!columns.containsKey(BatchRow.Column.ID)) {
            throw refused(
                    "has no column id, which names a row's files; monotonically_increasing_id()"
                            + " makes one");
        }
        return columns;
    }

    private static CluscaException refused(String what) {
        return new CluscaException(ErrorCode.INVALID_PARAMETER, "The dataset " + what + ".");
    }

    private StructType result(StructType given) {
        List<StructField> fields = new ArrayList<>(List.of(given.fields()));
        fields.add(DataTypes.createStructField(FILE, DataTypes.StringType, true));
        if (bytes) {
            fields.add(DataTypes.createStructField(PICTURE, DataTypes.BinaryType, true));
        }
        fields.add(DataTypes.createStructField(REPORT, DataTypes.StringType, true));
        fields.add(DataTypes.createStructField(ERROR, DataTypes.StringType, true));
        return DataTypes.createStructType(fields);
    }
}
