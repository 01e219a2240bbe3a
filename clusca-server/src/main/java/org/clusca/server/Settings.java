package org.clusca.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.server.openai.Limits;
import org.jspecify.annotations.Nullable;

/**
 * How a service runs.
 *
 * @param models directories by the names that clients use; the first is meant where none is named
 * @param host address to listen at
 * @param port 0 for any that is free
 * @param token what clients must send as {@code Authorization: Bearer TOKEN}; null for none
 * @param queue requests that wait at the same time; more are refused
 * @param batchWait how long a request waits for others that can be made with it
 * @param batch pictures that are made together at most
 * @param timeout of a request for pictures, waiting included
 * @param videoTimeout of a video, waiting included
 * @param grace how long running work may take when the service stops
 * @param keep pictures, and as many videos, that are kept to be fetched
 * @param keepFor how long they are kept
 */
public record Settings(
        Map<String, Path> models,
        String host,
        int port,
        @Nullable String token,
        int queue,
        Duration batchWait,
        int batch,
        Duration timeout,
        Duration videoTimeout,
        Duration grace,
        int keep,
        Duration keepFor,
        Limits limits) {
    public Settings {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    }

    /** On loopback, without a token. */
    public static Settings usual(Map<String, Path> models) {
        return new Settings(
                models,
                "127.0.0.1",
                8080,
                null,
                64,
                Duration.ZERO,
                8,
                Duration.ofMinutes(5),
                Duration.ofHours(24),
                Duration.ofSeconds(20),
                256,
                Duration.ofHours(1),
                Limits.USUAL);
    }
}
