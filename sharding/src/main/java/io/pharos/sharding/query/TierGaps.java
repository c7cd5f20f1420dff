package io.pharos.sharding.query;

import io.pharos.promql.query.QueryResult;
import io.pharos.promql.query.TierRead;
import io.pharos.promql.query.Tiers;
import io.pharos.timeseries.store.RollupProgressStore.Mark;
import io.pharos.timeseries.store.RollupTier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/*
 * Three things make an answer less than it should be. A stretch that is read of a tier which is gone there, since the coarser one is not
 * made up to it: the job is behind by more than what it is made of is kept. A day that was made too late. And a day whose samples came
 * or went after it was made, until it is made again. Where a shard has made nothing at all it is new: nothing is missed before that.
 */
/** What a read of tiers should have found and cannot, over the shards of one evaluation; used by one thread. */
final class TierGaps {
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int SHARDS_NAMED = 10;

    private final Map<String, Gap> gaps = new TreeMap<>();

    private static final class Gap {
        private long afterMillis = Long.MAX_VALUE;
        private long toMillis = Long.MIN_VALUE;
        private final SortedSet<Integer> shards = new TreeSet<>();
    }

    /**
     * Adds what one shard lacks.
     *
     * @param segments what is read of it
     * @param unmade its days that are due again or could not be made
     * @param tiers from when on which tier is complete
     * @param fromMillis what is read begins with this
     * @param toMillis and ends with this
     */
    void add(
            int shard,
            TierRead read,
            List<TierRows.Segment> segments,
            List<Mark> unmade,
            Tiers tiers,
            long fromMillis,
            long toMillis) {
        long wanted = Math.max(completeAfter(tiers, read.resolutionMillis()), fromMillis - 1);
        // As the root chose for these series: some are kept for longer than others.
        int last = read.stretches().size() - 1;
        long raw = Math.min(
                last == 0 ? Long.MIN_VALUE : read.stretches().get(last - 1).toMillis(), tiers.coldAfterMillis());
        for (TierRows.Segment segment : segments) {
            boolean begins = segment.afterMillis() == Long.MIN_VALUE;
            long after = Math.max(segment.afterMillis(), wanted);
            long to = Math.min(segment.toMillis(), toMillis);
            long resolution = segment.resolutionMillis();
            if (!begins) {
                add(
                        shard,
                        "there are no " + (resolution == 0 ? "raw samples" : RollupTier.text(resolution) + " points")
                                + " any more and the roll-up is behind",
                        after,
                        Math.min(to, resolution == 0 ? raw : completeAfter(tiers, resolution)));
            }
            if (resolution > 0) {
                addDays(shard, resolution, after, to, unmade);
            }
        }
    }

    private void addDays(int shard, long resolution, long after, long to, List<Mark> unmade) {
        for (Mark mark : unmade) {
            long dayAfter = Math.max(after, mark.day() * DAY_MILLIS);
            long dayTo = Math.min(to, (mark.day() + 1) * DAY_MILLIS);
            if (mark.isDue()) {
                add(shard, "samples of these days came or went late and are not rolled up again yet", dayAfter, dayTo);
            } else if (resolution >= -mark.resolutionMillis()) {
                add(
                        shard,
                        "the " + RollupTier.text(-mark.resolutionMillis())
                                + " roll-up came too late for these days, what it is made of was gone",
                        dayAfter,
                        dayTo);
            }
        }
    }

    private void add(int shard, String why, long afterMillis, long toMillis) {
        if (afterMillis < toMillis) {
            Gap gap = gaps.computeIfAbsent(why, added -> new Gap());
            gap.afterMillis = Math.min(gap.afterMillis, afterMillis);
            gap.toMillis = Math.max(gap.toMillis, toMillis);
            gap.shards.add(shard);
        }
    }

    /** A roll-up has everything strictly after this. */
    private static long completeAfter(Tiers tiers, long resolutionMillis) {
        for (Tiers.RollUpTier tier : tiers.rollUps()) {
            if (tier.resolutionMillis() == resolutionMillis) {
                return tier.afterMillis();
            }
        }
        return Long.MIN_VALUE;
    }

    /** A sentence for each reason, with the times and shards it is about. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        gaps.forEach((why, gap) -> warnings.add(QueryResult.INCOMPLETE + "samples after "
                + Instant.ofEpochMilli(gap.afterMillis) + " up to " + Instant.ofEpochMilli(gap.toMillis)
                + " may be missing in " + shards(gap.shards) + ": " + why));
        return warnings;
    }

    private static String shards(SortedSet<Integer> shards) {
        String named = String.join(
                ", ", shards.stream().limit(SHARDS_NAMED).map(String::valueOf).toList());
        return (shards.size() == 1 ? "shard " : shards.size() + " shards: ")
                + named
                + (shards.size() > SHARDS_NAMED ? " and more" : "");
    }
}
