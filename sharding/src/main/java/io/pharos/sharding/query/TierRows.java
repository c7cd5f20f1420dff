package io.pharos.sharding.query;

import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.TierRead;
import io.pharos.promql.query.Tiers;
import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.rollup.RollupChunk;
import io.pharos.timeseries.rollup.TieredSamples;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupTier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The stored points of some series of one shard, for the stretches of a read, and the time after which raw samples follow. Where a
 * resolution is not made up to the end of its stretch yet, what is finer goes on in its place.
 */
final class TierRows {
    private static final Comparator<ChunkRow> NEWEST_FIRST = Comparator.comparingLong(ChunkRow::epoch)
            .thenComparingInt(ChunkRow::sequence)
            .reversed();

    /**
     * Points of one resolution after a time, and up to and with another.
     *
     * @param resolutionMillis 0 for raw samples, of which the last segment is, to the end of time
     */
    record Segment(long resolutionMillis, long afterMillis, long toMillis) {}

    private final int shard;
    private final List<Segment> segments;
    private final List<Map<SeriesId, List<ChunkRow>>> rows = new ArrayList<>();

    private TierRows(int shard, List<Segment> segments) {
        this.shard = shard;
        this.segments = segments;
    }

    /**
     * What is to be read where.
     *
     * @param until how far a resolution is made, the smallest long for not at all
     */
    static List<Segment> segments(TierRead read, List<Long> resolutions, LongUnaryOperator until) {
        List<Segment> segments = new ArrayList<>();
        long after = Long.MIN_VALUE;
        for (TierRead.Stretch stretch : read.stretches()) {
            for (int i = resolutions.size() - 1; i >= 0; i--) {
                long resolution = resolutions.get(i);
                long to = Math.min(stretch.toMillis(), until.applyAsLong(resolution));
                if (resolution <= stretch.resolutionMillis() && to > after) {
                    segments.add(new Segment(resolution, after, to));
                    after = to;
                }
            }
            if (after < stretch.toMillis()) {
                break; // nothing coarser than raw samples is made from here on
            }
        }
        segments.add(new Segment(0, after, Long.MAX_VALUE));
        return segments;
    }

    /**
     * Reads the points of some series of a shard.
     *
     * @param tiers from when on which tier is complete
     * @param gaps hears of what should be there and is not
     */
    static TierRows read(
            OpenShard shard,
            Chosen chosen,
            StoredSamples stored,
            TierRead read,
            Tiers tiers,
            TierGaps gaps,
            long fromMillis,
            long toMillis,
            int sliceReadSeries,
            StoreWait wait) {
        TierRules rules = stored.tiers();
        Map<Long, Long> until = new HashMap<>();
        for (long resolution : rules.resolutions()) {
            until.put(resolution, wait.on(shard.rolled().until(resolution), "progress", shard.shard()));
        }
        TierRows found = new TierRows(
                shard.shard(),
                segments(read, rules.resolutions(), resolution -> until.getOrDefault(resolution, Long.MIN_VALUE)));
        if (chosen.size() > 0) {
            gaps.add(
                    shard.shard(),
                    read,
                    found.segments,
                    wait.on(shard.rolled().unmade(), "progress", shard.shard()),
                    tiers,
                    fromMillis,
                    toMillis);
        }
        for (Segment segment : found.segments) {
            Map<SeriesId, List<ChunkRow>> rows = new HashMap<>();
            if (segment.resolutionMillis > 0 && segment.toMillis >= fromMillis && segment.afterMillis < toMillis) {
                long from = Math.max(
                        fromMillis, segment.afterMillis == Long.MIN_VALUE ? fromMillis : segment.afterMillis + 1);
                long to = Math.min(toMillis, segment.toMillis);
                found.readSegment(segment.resolutionMillis, chosen, stored, from, to, sliceReadSeries, wait, rows);
            }
            rows.values().forEach(each -> each.sort(NEWEST_FIRST));
            found.rows.add(rows);
        }
        return found;
    }

    private void readSegment(
            long resolution,
            Chosen chosen,
            StoredSamples stored,
            long fromMillis,
            long toMillis,
            int sliceReadSeries,
            StoreWait wait,
            Map<SeriesId, List<ChunkRow>> into) {
        TierRules rules = stored.tiers();
        boolean same = rules.sameForAll();
        Map<RollupTier, Map<Long, SortedSet<SeriesId>>> wanted = new TreeMap<>();
        for (int i = 0; i < chosen.size(); i++) {
            if (!chosen.isGone(i) || chosen.mayBeStored(i, fromMillis, toMillis)) {
                RollupTier tier = rules.tier(resolution, same ? null : chosen.labels(i));
                wanted.computeIfAbsent(tier, added -> new TreeMap<>())
                        .computeIfAbsent(chosen.metricHash(i), added -> new TreeSet<>())
                        .add(chosen.id(i));
            }
        }
        wanted.forEach((tier, byMetric) -> {
            // What is older than its retention is gone, also where the store has not let go of it yet.
            long from = Math.max(fromMillis, stored.clock().millis() - tier.retentionMillis() + 1);
            byMetric.forEach((metric, series) -> wait.on(
                    stored.rollups()
                            .read(
                                    shard,
                                    tier,
                                    metric,
                                    series.size() >= sliceReadSeries ? null : series,
                                    from,
                                    toMillis,
                                    row -> {
                                        wait.check();
                                        if (series.contains(row.series())) {
                                            into.computeIfAbsent(row.series(), added -> new ArrayList<>())
                                                    .add(row);
                                        }
                                    }),
                    "points of " + tier.name(),
                    shard));
        });
    }

    /** Raw samples count strictly after this. */
    long rawAfterMillis() {
        return segments.get(segments.size() - 1).afterMillis;
    }

    /** Whether there are points of a series. */
    boolean has(SeriesId series) {
        return rows.stream().anyMatch(segment -> segment.containsKey(series));
    }

    /**
     * The pieces of a series' points in the order of time, without the raw one.
     *
     * @param masks what is deleted of the series, or null
     */
    List<TieredSamples.Piece> pieces(SeriesId series, @Nullable SeriesMasks masks) {
        List<TieredSamples.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            List<ChunkRow> stored = rows.get(i).get(series);
            if (stored != null) {
                Segment segment = segments.get(i);
                pieces.add(TieredSamples.Piece.ofPoints(
                        segment.afterMillis,
                        segment.toMillis,
                        stored.stream().map(row -> seen(row, masks)).toList()));
            }
        }
        return pieces;
    }

    private RollupChunk seen(ChunkRow row, @Nullable SeriesMasks masks) {
        RollupChunk parsed = parsed(row);
        return masks == null ? parsed : masks.seen(row.epoch(), row.sequence(), parsed);
    }

    private RollupChunk parsed(ChunkRow row) {
        try {
            return RollupChunk.parse(row.chunk());
        } catch (CorruptChunkException damaged) {
            throw new QueryException(
                    QueryException.Kind.INTERNAL,
                    "the row of points of series " + row.series() + " in shard " + shard + " from " + row.startMillis()
                            + " on (epoch " + row.epoch() + ", number " + row.sequence() + ") is damaged: "
                            + damaged.getMessage(),
                    damaged);
        }
    }
}
