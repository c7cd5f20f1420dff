package io.pharos.timeseries.store;

import java.util.List;

/**
 * What a store keeps and for how long.
 *
 * @param rawRetentionMillis how long chunks as collected are kept after their last sample, where no other class is named
 * @param otherRawMillis the other classes of chunks: how long those are kept, each once
 * @param rollups the tables of rolled-up points, each once
 */
public record StorageTiers(long rawRetentionMillis, List<Long> otherRawMillis, List<RollupTier> rollups) {
    private static final long DAY_MILLIS = 86_400_000L;

    /** As collected for a week, 1 m for 30 days, 1 h for a year. */
    public static final StorageTiers DEFAULT = new StorageTiers(
            7 * DAY_MILLIS,
            List.of(),
            List.of(new RollupTier(60_000L, 30 * DAY_MILLIS), new RollupTier(3_600_000L, 365 * DAY_MILLIS)));

    /** Copies the lists; the common class is no other one. */
    public StorageTiers {
        otherRawMillis = otherRawMillis.stream()
                .filter(other -> other != rawRetentionMillis)
                .sorted()
                .distinct()
                .toList();
        rollups = List.copyOf(rollups);
    }

    /** With one class of chunks. */
    public StorageTiers(long rawRetentionMillis, List<RollupTier> rollups) {
        this(rawRetentionMillis, List.of(), rollups);
    }

    /** Whether there is a class of chunks that are kept for so long. */
    public boolean hasRaw(long retentionMillis) {
        return retentionMillis == rawRetentionMillis || otherRawMillis.contains(retentionMillis);
    }

    /** The longest time anything is kept for. */
    public long longestMillis() {
        long longest = rawRetentionMillis;
        for (long other : otherRawMillis) {
            longest = Math.max(longest, other);
        }
        for (RollupTier tier : rollups) {
            longest = Math.max(longest, tier.retentionMillis());
        }
        return longest;
    }

    /** When a chunk goes that is written now: one that comes late is kept as long, so that it can be queried and rolled up. */
    public static long rawExpiryMillis(long retentionMillis, ChunkRow chunk, long nowMillis) {
        return Math.max(chunk.endMillis(), nowMillis) + retentionMillis;
    }

    /** When a row of rolled-up points goes. */
    public static long expiryMillis(RollupTier tier, ChunkRow row) {
        return row.endMillis() + tier.retentionMillis();
    }
}
