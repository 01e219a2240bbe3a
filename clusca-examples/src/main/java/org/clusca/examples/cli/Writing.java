package org.clusca.examples.cli;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps Ctrl-C and the writing of results apart: one that comes during the writing waits until the
 * files are whole, and after one nothing is written any more.
 */
final class Writing {
    private static final ReentrantLock LOCK = new ReentrantLock();

    static {
        // kept locked until the process ends
        Runtime.getRuntime().addShutdownHook(new Thread(LOCK::lock, "clusca-writing"));
    }

    private Writing() {}

    static void results(Runnable writing) {
        LOCK.lock();
        try {
            writing.run();
        } finally {
            LOCK.unlock();
        }
    }
}
