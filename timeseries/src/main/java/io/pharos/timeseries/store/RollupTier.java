package io.pharos.timeseries.store;

import java.util.Comparator;

/**
 * A table of rolled-up points: their resolution and how long they are kept. A point at time e stands for the samples in (e -
 * resolution, e].
 *
 * @param resolutionMillis divides a day
 * @param retentionMillis how long a row is kept after its last point
 */
public record RollupTier(long resolutionMillis, long retentionMillis) implements Comparable<RollupTier> {
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long HOUR_MILLIS = 3_600_000L;
    private static final long[] UNITS = {DAY_MILLIS, HOUR_MILLIS, 60_000L, 1_000L, 1L};
    private static final String[] UNIT_NAMES = {"d", "h", "m", "s", "ms"};
    private static final int COARSE_DAYS = 10;

    /** Checks both. */
    public RollupTier {
        if (resolutionMillis < 1 || DAY_MILLIS % resolutionMillis != 0) {
            throw new IllegalArgumentException("a resolution of " + resolutionMillis + " ms does not divide a day");
        }
        if (retentionMillis < 1) {
            throw new IllegalArgumentException("a retention of " + retentionMillis + " ms keeps nothing");
        }
    }

    /** What its table is named by (on disk): resolution and retention, each in the largest unit that is whole: {@code 1m_30d}. */
    public String name() {
        return text(resolutionMillis) + "_" + text(retentionMillis);
    }

    /** A duration in the largest unit it is a whole number of. */
    public static String text(long millis) {
        int unit = 0;
        while (millis % UNITS[unit] != 0) {
            unit++;
        }
        return millis / UNITS[unit] + UNIT_NAMES[unit];
    }

    /** UTC days in one partition (on disk): a row never crosses from one into the next. Follows from the resolution alone. */
    public int partitionDays() {
        return partitionDays(resolutionMillis);
    }

    /** The same for any tier of a resolution. */
    public static int partitionDays(long resolutionMillis) {
        return resolutionMillis < HOUR_MILLIS ? 1 : COARSE_DAYS;
    }

    /** The first day (since 1970) of the partition of the point at a time: one at midnight belongs to the day that ends there. */
    public long partition(long pointMillis) {
        long day = Math.floorDiv(pointMillis - 1, DAY_MILLIS);
        return day - Math.floorMod(day, partitionDays());
    }

    @Override
    public int compareTo(RollupTier other) {
        return Comparator.comparingLong(RollupTier::resolutionMillis)
                .thenComparingLong(RollupTier::retentionMillis)
                .compare(this, other);
    }
}
