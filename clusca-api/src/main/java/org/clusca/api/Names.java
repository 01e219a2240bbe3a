package org.clusca.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names that somebody who mistyped one may have meant. */
public final class Names {
    private Names() {}

    /** The at most five names nearest to {@code wanted}, nearest first; far ones are left out. */
    public static List<String> near(String wanted, Collection<String> names) {
        String key = wanted.toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(
                        name ->
                                distance(key, name) <= Math.max(2, key.length() / 3)
                                        || name.toLowerCase(Locale.ROOT).contains(key))
                .sorted(
                        Comparator.comparingInt((String name) -> distance(key, name))
                                .thenComparing(name -> name))
                .limit(5)
                .toList();
    }

    /** Levenshtein distance, without regard to case. */
    private static int distance(String a, String other) {
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
