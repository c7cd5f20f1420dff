package io.pharos.sharding.rollup;

import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.RollupTier;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * A stretch of time of a shard, in whole UTC days, of which points are to be made.
 *
 * @param resolutionMillis of the points
 * @param sourceMillis resolution of the points they are made of; 0 for raw samples
 * @param afterMillis points strictly after this
 * @param toMillis and up to this
 */
record Piece(long resolutionMillis, long sourceMillis, long afterMillis, long toMillis) {
    private static final long DAY_MILLIS = 86_400_000L;
    /** What a coarse tier is made of has to be kept for so much longer than a row of it spans. */
    private static final int SPARE_DAYS = 4;

    /**
     * The first piece that is due, if any; finer resolutions first, since coarser ones are made of them.
     *
     * @param settledMillis no sample of raw data at or before this is expected any more
     * @param until how far each resolution is made; the smallest long for not at all
     */
    static Optional<Piece> due(TierRules rules, long nowMillis, long settledMillis, LongUnaryOperator until) {
        List<Long> resolutions = rules.resolutions();
        long source = 0;
        for (long resolution : resolutions) {
            long kept = source == 0 ? rules.rawShortestKeptMillis() : rules.shortestMillis(source);
            long ready = source == 0 ? settledMillis : until.applyAsLong(source);
            int days = RollupTier.partitionDays(resolution);
            if (kept < (days + SPARE_DAYS) * DAY_MILLIS) {
                days = 1;
            }
            long span = days * DAY_MILLIS;
            // One selector with a short retention must not cut what the other series have.
            long there = source == 0 ? rules.rawLongestKeptMillis() : rules.longestMillis(source);
            long first = Math.floorDiv(nowMillis - there, span) * span;
            long after = Math.max(first, until.applyAsLong(resolution));
            long to = (Math.floorDiv(after, span) + 1) * span;
            if (to <= ready) {
                return Optional.of(new Piece(resolution, source, after, to));
            }
            source = resolution;
        }
        return Optional.empty();
    }

    /** A UTC day (since 1970) of raw samples. */
    static Piece ofDay(long resolution, long day) {
        return new Piece(resolution, 0, day * DAY_MILLIS, (day + 1) * DAY_MILLIS);
    }

    /** The day the piece begins with, since 1970. */
    long firstDay() {
        return Math.floorDiv(afterMillis, DAY_MILLIS);
    }

    /** The day after it. */
    long endDay() {
        return Math.floorDiv(toMillis, DAY_MILLIS);
    }
}
