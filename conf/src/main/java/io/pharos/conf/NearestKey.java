package io.pharos.conf;

import java.util.Collection;
import java.util.Optional;

/** Finds the known key that a misspelt one was probably meant to be. */
final class NearestKey {
    private NearestKey() {}

    /** The known key at the smallest edit distance, if it is at most a third of the word (but two letters) away. */
    static Optional<String> to(String word, Collection<String> known) {
        String nearest = null;
        int distance = Math.min(word.length(), Math.max(2, word.length() / 3) + 1);
        for (String candidate : known) {
            int d = distance(word, candidate);
            if (d < distance) {
                distance = d;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The sentence that follows "unknown key": empty where nothing is near. */
    static String hint(String word, Collection<String> known) {
        return to(word, known).map(key -> "; did you mean '" + key + "'?").orElse("");
    }

    /** The Levenshtein distance. */
    private static int distance(String a, String b) {
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
