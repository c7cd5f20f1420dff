package io.pharos.sharding.cold;

import java.time.LocalDate;
import java.util.List;

/**
 * A UTC day of a shard as it lies in the cold store.
 *
 * @param day since 1970
 * @param epoch of the owner that wrote it
 * @param version counts from 1 in the epoch: a day that is written again gets another; 0 where its samples went before they were
 *     written, so that it never will be
 * @param parts its objects in the order of their chunks; none where the shard had no samples
 */
record ColdDay(long day, long epoch, int version, List<Part> parts) {
    static final long MILLIS = 86_400_000L;

    /**
     * One object.
     *
     * @param bytes its length
     * @param firstMetric hash of the metric of its first chunk
     */
    record Part(long bytes, long firstMetric) {}

    ColdDay {
        parts = List.copyOf(parts);
    }

    /** A day that was not written before its raw samples went. */
    static ColdDay lost(long day, long epoch) {
        return new ColdDay(day, epoch, 0, List.of());
    }

    /** Whether its samples are nowhere. */
    boolean isLost() {
        return version == 0;
    }

    /** All bytes. */
    long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** The name of one of its objects (format: docs/format/cold-object.md). */
    String object(int shard, int part) {
        return folder(shard) + LocalDate.ofEpochDay(day) + "/e" + epoch + "-v" + version + "-p" + part;
    }

    /** What the names of all objects of a shard begin with. */
    static String folder(int shard) {
        return "shard-" + shard + "/";
    }

    /** The epoch in the name of an object of a shard; the largest long where it is not named as ours are, and nobody's to delete. */
    static long epochOf(String name) {
        int from = name.lastIndexOf("/e") + 2;
        int to = name.indexOf("-v", from);
        if (from < 2 || to < 0) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(name.substring(from, to));
        } catch (NumberFormatException other) {
            return Long.MAX_VALUE;
        }
    }
}
