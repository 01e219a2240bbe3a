package org.clusca.server.store;

import java.util.Map;

/**
 * A picture that can be fetched.
 *
 * @param id the number that it is found by; empty until it is kept
 * @param size as {@code 64x64}
 * @param report as a JSON object
 */
public record Picture(
        String id,
        byte[] bytes,
        ImageFormat.Kind kind,
        String size,
        long seed,
        Map<String, Object> report) {

    public Picture(
            byte[] bytes,
            ImageFormat.Kind kind,
            String size,
            long seed,
            Map<String, Object> report) {
        this("", bytes, kind, size, seed, report);
    }

    /** The same under its number. */
    public Picture as(String number) {
        return new Picture(number, bytes, kind, size, seed, report);
    }
}
