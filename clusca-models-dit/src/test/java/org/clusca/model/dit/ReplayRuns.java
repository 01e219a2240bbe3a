package org.clusca.model.dit;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.clusca.api.model.Config;
import org.clusca.io.Json;
import org.clusca.testing.Golden;

/** The recorded runs of the golden set. */
final class ReplayRuns {
    private ReplayRuns() {}

    /** What each run was made with, by its name. */
    static Map<String, Config> parameters() {
        Path file = Golden.folder("dit_cache").resolve("runs.json");
        Map<String, Config> runs = new HashMap<>();
        Json.read(file)
                .forEach(
                        (name, value) -> {
                            Map<String, Object> values = new HashMap<>();
                            ((Map<?, ?>) value)
                                    .forEach((key, item) -> values.put((String) key, item));
                            runs.put(name, new Config(file + " " + name, values));
                        });
        return runs;
    }
}
