package org.clusca.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.engine.Pipeline;
import org.clusca.engine.ProgressListener;
import org.clusca.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatchTest {
    private static final String TABLE =
            "id,class,seed,steps,policy\n"
                    + "a,sunflower,1,4,\n"
                    + "b,rocket,2,6,clusca:interval=2\n"
                    + "c,nonsense,3,,\n"
                    + "d,rocket,2,6,clusca:interval=2\n";

    @TempDir private Path folder;
    private final Clusca clusca = Clusca.create();

    private List<Batch.Outcome> run(String table, BatchDefaults defaults) throws IOException {
        Path file = Files.writeString(folder.resolve("prompts.csv"), table);
        List<Batch.Outcome> outcomes = new ArrayList<>();
        try (Pipeline pipeline = Clusca.openEmbedded("emoji")) {
            BatchMaker maker =
                    new BatchMaker(
                            clusca, pipeline, new BatchFolder(folder.resolve("out")), defaults);
            Batch.run(BatchTable.read(file), maker, ProgressListener.NONE, outcomes::add);
        }
        return outcomes;
    }

    private byte[] picture(String name) throws IOException {
        return Files.readAllBytes(folder.resolve("out").resolve(name));
    }

    @Test
    void goesOnWhereItWasStopped() throws IOException {
        List<Batch.Outcome> first = run(TABLE, BatchDefaults.NONE);

        assertThat(first)
                .extracting(Batch.Outcome::failed)
                .containsExactly(false, false, true, false);
        assertThat(first.get(2).error()).contains("nonsense");
        assertThat(Json.read(folder.resolve("out/b.json")))
                .containsEntry(
                        "policy", "clusca:interval=2,clusters=16,order=1,propagation=0.007,first=2")
                .containsEntry("file", "b.png");
        // the same row under another name, beside other rows
        assertThat(picture("d.png")).isEqualTo(picture("b.png"));

        byte[] before = picture("b.png");
        Files.delete(folder.resolve("out/b.json"));
        List<Batch.Outcome> second = run(TABLE, BatchDefaults.NONE);

        assertThat(second)
                .filteredOn(outcome -> !outcome.failed())
                .extracting(outcome -> outcome.made().orElseThrow().fresh())
                .containsExactly(false, true, false);
        assertThat(picture("b.png")).isEqualTo(before);
    }

    @Test
    void makesAnewWhatIsAskedForDifferently() throws IOException {
        run("id,class,steps\na,sunflower,3\n", BatchDefaults.NONE);
        byte[] before = picture("a.png");

        assertThat(fresh("id,class,steps\na,sunflower,3\n", BatchDefaults.NONE)).isFalse();
        assertThat(fresh("id,class,steps\na,owl,3\n", BatchDefaults.NONE)).isTrue();
        assertThat(picture("a.png")).isNotEqualTo(before);
        BatchDefaults more =
                new BatchDefaults(
                        Optional.of("none"),
                        Optional.empty(),
                        OptionalInt.of(4),
                        OptionalDouble.empty());
        assertThat(fresh("id,class,steps\na,owl,3\n", more)).isTrue();
        assertThat(fresh("id,class,steps\na,owl,3\n", more)).isFalse();
    }

    private boolean fresh(String table, BatchDefaults defaults) throws IOException {
        return run(table, defaults).get(0).made().orElseThrow().fresh();
    }
}
