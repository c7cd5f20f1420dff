package io.pharos.sharding.query;

import java.util.List;

/**
 * Where the series of the cluster come from: its series in memory, and what has most of them.
 *
 * @param series in memory
 * @param labelPairs distinct pairs of a label and a value
 * @param chunks in memory, open ones included
 * @param minMillis time of the oldest sample in memory; the largest long where there is none
 * @param maxMillis time of the newest; the smallest long where there is none
 * @param seriesByMetric metrics with most series
 * @param valuesByLabel labels with most values
 * @param bytesByLabel labels whose values take most bytes, each counted once for each series that has it
 * @param seriesByPair pairs (written name=value) with most series
 * @param warnings what is missing or not exact, a sentence each
 */
public record Cardinality(
        long series,
        long labelPairs,
        long chunks,
        long minMillis,
        long maxMillis,
        List<Count> seriesByMetric,
        List<Count> valuesByLabel,
        List<Count> bytesByLabel,
        List<Count> seriesByPair,
        List<String> warnings) {
    /** So many of each can be asked for. */
    public static final int LIMIT_MAX = 10_000;

    /** A name and how much it has of something. */
    public record Count(String name, long count) {}
}
