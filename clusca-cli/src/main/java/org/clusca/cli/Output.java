package org.clusca.cli;

import java.util.Map;
import org.clusca.engine.Generated;
import org.clusca.engine.Request;

/** Where goes what is generated; closed unfinished, it leaves nothing behind. */
interface Output extends AutoCloseable {
    /** Refuses, ahead of all work, what could not be written. */
    void check();

    /** Frames to come; 0 for pictures. */
    int frames();

    /** Has the frames of videos brought here as soon as they are decoded. */
    void receive(Request.Builder request, StepProgress progress);

    /** Writes what is not written by then. */
    void write(Generated generated);

    /** What a report says of it. */
    Map<String, Object> json();

    /** The files and what is in them. */
    String summary();

    @Override
    void close();
}
