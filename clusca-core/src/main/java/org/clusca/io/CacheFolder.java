package org.clusca.io;

import java.nio.file.Path;

/** Where files are kept that can be made again: unpacked models, weights in other formats. */
public final class CacheFolder {
    private CacheFolder() {}

    /**
     * {@code CLUSCA_CACHE} of the environment, else {@code clusca} in the user's folder for such
     * things. It need not exist.
     */
    public static Path usual() {
        String given = System.getenv("CLUSCA_CACHE");
        if (given != null && !given.isBlank()) {
            return Path.of(given);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg != null && !xdg.isBlank()
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return caches.resolve("clusca");
    }
}
