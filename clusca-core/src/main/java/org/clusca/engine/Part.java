package org.clusca.engine;

import java.util.function.Supplier;

/**
 * A network of a model that can be loaded.
 *
 * @param key what it is known by; parts with the same key are the same
 * @param name for logs and errors
 * @param bytes that it takes as long as it is loaded
 * @param load loads it; the result is closed when nobody uses it and memory is short
 */
record Part<S extends AutoCloseable>(
        Object key, String name, long bytes, Class<S> type, Supplier<S> load) {}
