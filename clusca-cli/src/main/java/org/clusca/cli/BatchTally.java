package org.clusca.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clusca.batch.Batch;

/** What became of the rows of a batch. */
final class BatchTally {
    private final List<Batch.Outcome> failures = new ArrayList<>();
    private int made;
    private int before;

    void add(Batch.Outcome outcome) {
        if (outcome.made().isEmpty()) {
            failures.add(outcome);
        } else if (outcome.made().get().fresh()) {
            made++;
        } else {
            before++;
        }
    }

    List<Batch.Outcome> failures() {
        return failures;
    }

    /** {@code 7 made, 3 were there, 1 failed}. */
    String counts() {
        String counts = made + " made";
        if (before > 0) {
            counts += ", " + before + " were there";
        }
        return failures.isEmpty() ? counts : counts + ", " + failures.size() + " failed";
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("made", made);
        json.put("before", before);
        json.put(
                "failed",
                failures.stream()
                        .map(
                                failed ->
                                        Map.of(
                                                "line", failed.line().line(),
                                                "error", failed.error()))
                        .toList());
        return json;
    }
}
