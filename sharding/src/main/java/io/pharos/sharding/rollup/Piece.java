package io.pharos.sharding.rollup;

import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.store.RollupTier;
import java.util.ArrayList;
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
            long kept = shortestMillis(rules, source);
            long ready = source == 0 ? settledMillis : until.applyAsLong(source);
            long span = span(resolution, kept);
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

    private static long shortestMillis(TierRules rules, long source) {
        return source == 0 ? rules.rawRetentionMillis() : rules.shortestMillis(source);
    }

    private static long span(long resolution, long sourceKeptMillis) {
        int days = RollupTier.partitionDays(resolution);
        return (sourceKeptMillis < (days + SPARE_DAYS) * DAY_MILLIS ? 1 : days) * DAY_MILLIS;
    }

    /**
     * For how long the next piece of a resolution could have been made; 0 where it is not due.
     *
     * @param resolution one of the rules'
     * @param settledMillis no sample at or before this is expected any more
     */
    static long lagMillis(TierRules rules, long resolution, long settledMillis, long untilMillis) {
        int place = rules.resolutions().indexOf(resolution);
        long source = place == 0 ? 0 : rules.resolutions().get(place - 1);
        long span = span(resolution, shortestMillis(rules, source));
        return Math.max(0, settledMillis - (Math.floorDiv(untilMillis, span) + 1) * span);
    }

    /** A UTC day (since 1970) of raw samples. */
    static Piece ofDay(long resolution, long day) {
        return new Piece(resolution, 0, day * DAY_MILLIS, (day + 1) * DAY_MILLIS);
    }

    /**
     * The UTC days (since 1970) up to the end of this piece of which not all can have been made: what they are made of was kept until
     * later than their begin.
     *
     * @param untilMillis how far the resolution was made before this piece
     */
    List<Long> lostDays(TierRules rules, long untilMillis, long nowMillis) {
        long kept = shortestMillis(rules, sourceMillis);
        long gone = nowMillis - kept;
        long stored = nowMillis - rules.longestMillis(resolutionMillis);
        List<Long> days = new ArrayList<>();
        for (long day = Math.floorDiv(Math.max(untilMillis, stored), DAY_MILLIS);
                day * DAY_MILLIS < Math.min(gone, toMillis);
                day++) {
            days.add(day);
        }
        return days;
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
