package org.example;

import java.nio.file.Path;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.io.PngWriter;
import org.clusca.policy.ClusCa;

/** A service that draws. */
public final class Postcards implements AutoCloseable {
    private final Pipeline pipeline = Clusca.openEmbedded("emoji");

    /** Draws a class of the embedded model into a file; the report says what it took. */
    public Generated draw(String motif, Path file) {
        Generated drawn =
                pipeline.generate(
                        Request.builder()
                                .conditions(motif)
                                .steps(10)
                                .seed(7)
                                .policy(ClusCa.builder().interval(3).clusterer(new TurnByTurn()).build())
                                .build());
        PngWriter.write(file, Pictures.of(drawn.pictures()).get(0), Map.of("motif", motif));
        return drawn;
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
