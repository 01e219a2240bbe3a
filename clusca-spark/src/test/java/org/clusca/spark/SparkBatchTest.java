package org.clusca.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.batch.BatchDefaults;
import org.clusca.batch.BatchFolder;
import org.clusca.batch.BatchMaker;
import org.clusca.batch.BatchRow;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a cluster of a master and two workers. */
final class SparkBatchTest {
    private static final int ROWS = 24;
    private static final int BAD = 7;
    private static final StructType SCHEMA =
            DataTypes.createStructType(
                    List.of(
                            DataTypes.createStructField("id", DataTypes.StringType, false),
                            DataTypes.createStructField("class", DataTypes.StringType, true),
                            DataTypes.createStructField("seed", DataTypes.LongType, true),
                            DataTypes.createStructField("steps", DataTypes.IntegerType, true),
                            DataTypes.createStructField("policy", DataTypes.StringType, true),
                            DataTypes.createStructField("customer", DataTypes.StringType, true)));

    @TempDir private static Path folder;
    private static Cluster cluster;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        cluster = new Cluster(folder, 2);
        spark =
                SparkSession.builder()
                        .master(cluster.url())
                        .appName("clusca-spark")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.ui.enabled", "false")
                        .config("spark.executor.memory", "512m")
                        .config(
                                "spark.executor.extraClassPath",
                                System.getProperty("java.class.path"))
                        .config(
                                "spark.executor.extraJavaOptions",
                                String.join(" ", Opened.options()))
                        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                        .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
        cluster.close();
    }

    private static Row row(int i) {
        return RowFactory.create(
                "picture-" + i,
                i == BAD ? "nothing such" : i % 2 == 0 ? "sunflower" : "rocket",
                (long) i,
                i % 3 == 0 ? null : 4 + i % 3,
                i % 4 == 0 ? "clusca:interval=2" : null,
                "customer " + i);
    }

    private static Dataset<Row> prompts() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(row(i));
        }
        return spark.createDataFrame(rows, SCHEMA).repartition(8);
    }

    @Test
    void allRowsAreThereThoughAWorkerDies() throws IOException {
        Path out = folder.resolve("out");
        SparkBatch batch = SparkBatch.of("emoji", out).withThreads(1).withSteps(5).withBytes();

        CompletableFuture<List<Row>> job =
                CompletableFuture.supplyAsync(() -> batch.run(prompts()).collectAsList());
        Cluster.await("the first pictures", () -> pictures(out).size() > 2 || job.isDone());
        assertThat(job).as("still running when a worker dies").isNotDone();
        cluster.kill(0);
        List<Row> made = job.join();

        assertThat(made).hasSize(ROWS);
        assertThat(made.stream().map(row -> row.getString(0)).distinct()).hasSize(ROWS);
        for (Row row : made) {
            boolean bad = row.getString(0).equals("picture-" + BAD);
            assertThat(row.<String>getAs("customer"))
                    .isEqualTo(row.getString(0).replace("picture-", "customer "));
            assertThat(row.<String>getAs(SparkBatch.ERROR) != null).isEqualTo(bad);
            if (bad) {
                assertThat(row.<String>getAs(SparkBatch.ERROR)).contains("nothing such");
                assertThat(row.<String>getAs(SparkBatch.FILE)).isNull();
            } else {
                assertThat(row.<byte[]>getAs(SparkBatch.PICTURE))
                        .isEqualTo(Files.readAllBytes(Path.of(row.<String>getAs(SparkBatch.FILE))));
                assertThat(row.<String>getAs(SparkBatch.REPORT)).contains("\"stepKinds\"");
            }
        }
        assertThat(pictures(out)).hasSize(ROWS - 1);
        assertThat(made.stream().filter(row -> row.getString(0).equals("picture-4")).findFirst())
                .hasValueSatisfying(
                        row ->
                                assertThat(row.<byte[]>getAs(SparkBatch.PICTURE))
                                        .isEqualTo(here(row(4), batch)));

        Map<Path, FileTime> before = pictures(out);
        List<Row> again = batch.run(prompts()).collectAsList();

        assertThat(again).hasSize(ROWS);
        assertThat(pictures(out)).isEqualTo(before);
    }

    /** Names and times of pictures; of none that is being written. */
    private static Map<Path, FileTime> pictures(Path out) {
        Map<Path, FileTime> pictures = new HashMap<>();
        if (Files.isDirectory(out)) {
            try (Stream<Path> files = Files.list(out)) {
                for (Path file : files.toList()) {
                    if (file.toString().endsWith(".png")) {
                        pictures.put(file, Files.getLastModifiedTime(file));
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return pictures;
    }

    /** The same row on this machine, without Spark. */
    private static byte[] here(Row row, SparkBatch batch) {
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            BatchRow own =
                    BatchRow.of(
                            0,
                            Map.of(
                                    BatchRow.Column.ID, row.getString(0),
                                    BatchRow.Column.CLASS, row.getString(1),
                                    BatchRow.Column.SEED, Long.toString(row.getLong(2)),
                                    BatchRow.Column.STEPS, Integer.toString(row.getInt(3)),
                                    BatchRow.Column.POLICY, row.getString(4)));
            BatchMaker maker =
                    new BatchMaker(
                            Clusca.create(),
                            pipeline,
                            new BatchFolder(folder.resolve("here")),
                            BatchDefaults.NONE);
            return Files.readAllBytes(maker.make(own, ProgressListener.NONE).file());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesDatasetsThatNameNothing() {
        SparkBatch batch = SparkBatch.of("emoji", folder.resolve("none"));

        assertThatThrownBy(() -> batch.run(prompts().drop("class")))
                .isInstanceOf(CluscaException.class)
                .hasMessageContaining("neither a column prompt nor a column class");
        assertThatThrownBy(() -> batch.run(prompts().drop("id")))
                .hasMessageContaining("no column id");
        assertThatThrownBy(() -> batch.run(prompts().withColumnRenamed("customer", "report")))
                .hasMessageContaining("a column report already");
    }
}
