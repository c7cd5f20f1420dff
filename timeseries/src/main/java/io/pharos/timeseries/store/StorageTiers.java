package io.pharos.timeseries.store;

import java.util.List;

/**
 * What a store keeps and for how long.
 *
 * @param rawRetentionMillis how long chunks as collected are kept after their last sample
 * @param rollups the tables of rolled-up points, each once
 */
public record StorageTiers(long rawRetentionMillis, List<RollupTier> rollups) {
    private static final long DAY_MILLIS = 86_400_000L;

    /** As collected for a week, 1 m for 30 days, 1 h for a year. */
    public static final StorageTiers DEFAULT = new StorageTiers(
            7 * DAY_MILLIS,
            List.of(new RollupTier(60_000L, 30 * DAY_MILLIS), new RollupTier(3_600_000L, 365 * DAY_MILLIS)));

    /** Copies the list. */
    public StorageTiers {
        rollups = List.copyOf(rollups);
    }

    /** When a chunk goes that is written now: one that comes late is kept as long, so that it can be queried and rolled up. */
    public long rawExpiryMillis(ChunkRow chunk, long nowMillis) {
        return Math.max(chunk.endMillis(), nowMillis) + rawRetentionMillis;
    }

    /** When a row of rolled-up points goes. */
    public static long expiryMillis(RollupTier tier, ChunkRow row) {
        return row.endMillis() + tier.retentionMillis();
    }
}
