package org.clusca.server.queue;

/**
 * One picture or video of a request.
 *
 * @param picture its number among those asked for
 */
record Part(Job job, int picture) {
    String prompt() {
        return job.wanted().prompt();
    }

    long seed() {
        return job.wanted().seed(picture);
    }
}
