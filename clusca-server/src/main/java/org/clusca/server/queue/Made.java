package org.clusca.server.queue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.engine.Report;

/** A picture or video that is done. */
public sealed interface Made {
    /** Of it alone, but with what it and those beside it cost together. */
    Report report();

    /** The same as a JSON object. */
    Map<String, Object> json();

    /**
     * @param text about how it was made, by keyword
     */
    record Picture(
            BufferedImage image, Report report, Map<String, Object> json, Map<String, String> text)
            implements Made {}

    /**
     * @param file of the service's own, which is whole
     */
    record Video(Path file, Report report, Map<String, Object> json) implements Made {}
}
