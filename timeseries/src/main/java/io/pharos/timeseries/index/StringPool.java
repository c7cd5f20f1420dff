package io.pharos.timeseries.index;

import java.util.concurrent.ConcurrentHashMap;

/**
 * One copy of each label string that the indices of a node hold, counted by use: a string nobody holds any more is forgotten.
 * Safe for any thread.
 */
public final class StringPool {
    /** A string with its array, its use, and the map's node with its place. */
    private static final int STRING_BYTES = 112;

    private final ConcurrentHashMap<String, Use> uses = new ConcurrentHashMap<>();

    /** Immutable, so that a change is one replacement in the map. */
    private record Use(String text, int holders) {}

    /** The pool's copy of a text, held once more; each call wants one {@link #release}. */
    public String acquire(String text) {
        Use use = uses.compute(
                text, (key, held) -> held == null ? new Use(key, 1) : new Use(held.text, held.holders + 1));
        return use.text;
    }

    /** Gives up one hold. */
    public void release(String text) {
        uses.computeIfPresent(text, (key, held) -> held.holders == 1 ? null : new Use(held.text, held.holders - 1));
    }

    /** The bytes this holds, roughly: the strings and what it knows of each. Walks all of it. */
    public long memoryBytes() {
        long bytes = 0;
        for (String text : uses.keySet()) {
            bytes += STRING_BYTES + text.length();
        }
        return bytes;
    }

    /** The number of strings held. */
    public int size() {
        return uses.size();
    }
}
