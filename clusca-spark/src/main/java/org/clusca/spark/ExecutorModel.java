package org.clusca.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.OpenOptions;
import org.clusca.batch.BatchFolder;
import org.clusca.batch.BatchMaker;
import org.clusca.engine.Pipeline;
import org.clusca.io.EmbeddedModels;

/**
 * A model in an executor process: opened by the first task that needs it, shared by all others,
 * closed when the process ends. Static, because the process is all that Spark's tasks have in
 * common.
 */
final class ExecutorModel {
    private static final Map<List<Object>, ExecutorModel> OPEN = new HashMap<>();

    private final Clusca clusca;
    private final Pipeline pipeline;

    private ExecutorModel(SparkBatch batch) {
        clusca = Clusca.create();
        pipeline = clusca.open(path(batch.model()), OpenOptions.threads(batch.threads()));
        Runtime.getRuntime().addShutdownHook(new Thread(pipeline::close));
    }

    private static Path path(String model) {
        return !Files.exists(Path.of(model)) && EmbeddedModels.names().contains(model)
                ? EmbeddedModels.path(model)
                : Path.of(model);
    }

    /** What makes the rows of one task. */
    static BatchMaker maker(SparkBatch batch) {
        ExecutorModel model = of(batch);
        BatchFolder folder = new BatchFolder(Path.of(batch.folder()));
        return new BatchMaker(model.clusca, model.pipeline, folder, batch.defaults());
    }

    private static synchronized ExecutorModel of(SparkBatch batch) {
        return OPEN.computeIfAbsent(
                List.of(batch.model(), batch.threads()), missing -> new ExecutorModel(batch));
    }
}
