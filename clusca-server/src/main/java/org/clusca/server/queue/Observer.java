package org.clusca.server.queue;

import org.clusca.engine.Report;

/** Hears of what is generated. */
public interface Observer {
    Observer NONE = (report, pictures) -> {};

    /**
     * @param report of pictures that were made together
     */
    void generated(Report report, int pictures);
}
