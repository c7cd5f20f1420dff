package io.pharos.sharding.rollup;

import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.tier.TierRules;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.StoredChunk;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.rollup.RollUp;
import io.pharos.timeseries.rollup.RollupChunk;
import io.pharos.timeseries.rollup.RollupMerge;
import io.pharos.timeseries.rollup.RollupPoints;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StoredSeries;
import io.pharos.timeseries.store.Stores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a piece is made of, out of the store alone. Blocks. */
final class PieceSource {
    private static final Logger LOG = LoggerFactory.getLogger(PieceSource.class);
    private static final long DAY_MILLIS = 86_400_000L;
    /** So far before a piece the sample is looked for that its first point begins with; without success a day before. */
    private static final long BEFORE_MILLIS = 600_000L;

    private static final Comparator<ChunkRow> FIRST_ADMITTED =
            Comparator.comparingLong(ChunkRow::epoch).thenComparingInt(ChunkRow::sequence);

    private final Stores stores;
    private final TierRules rules;
    private final int shard;
    private final RollUpMetrics metrics;
    private final Function<SeriesId, @Nullable SeriesMasks> masks;

    /** @param masks what is deleted of a series, or null */
    PieceSource(
            Stores stores,
            TierRules rules,
            int shard,
            RollUpMetrics metrics,
            Function<SeriesId, @Nullable SeriesMasks> masks) {
        this.stores = stores;
        this.rules = rules;
        this.shard = shard;
        this.metrics = metrics;
        this.masks = masks;
    }

    /** The series that may have points in a piece, by metric; sorted, as they lie in the store. */
    Map<Long, SortedSet<SeriesId>> series(Piece piece) {
        Map<Long, SortedSet<SeriesId>> found = new TreeMap<>();
        Consumer<StoredSeries> add = each -> found.computeIfAbsent(each.metricHash(), added -> new TreeSet<>())
                .add(each.series());
        if (piece.sourceMillis() == 0) {
            // The day after it too: a series may begin at its very midnight, which belongs to this piece.
            for (long day = piece.firstDay(); day <= piece.endDay(); day++) {
                Waiting.on(stores.chunks().series(shard, day, add));
            }
        } else {
            for (RollupTier tier : rules.tiers(piece.sourceMillis())) {
                for (long day = tier.partition(piece.afterMillis() + 1);
                        day < piece.endDay();
                        day += tier.partitionDays()) {
                    Waiting.on(stores.rollups().series(shard, tier, day, add));
                }
            }
        }
        return found;
    }

    /** The points of some series of a metric; those without any are left out. */
    Map<SeriesId, RollupPoints> points(Piece piece, long metric, SortedSet<SeriesId> group) {
        Map<SeriesId, RollupPoints> points =
                piece.sourceMillis() == 0 ? ofChunks(piece, metric, group) : ofFiner(piece, metric, group);
        points.values().removeIf(made -> made.size() == 0);
        return points;
    }

    private Map<SeriesId, RollupPoints> ofChunks(Piece piece, long metric, SortedSet<SeriesId> group) {
        Map<SeriesId, List<ChunkRow>> chunks = new HashMap<>();
        read(chunks, metric, group, piece.afterMillis() - BEFORE_MILLIS, piece.toMillis());
        SortedSet<SeriesId> withoutBefore = new TreeSet<>();
        chunks.forEach((id, rows) -> {
            if (rows.stream().noneMatch(row -> row.startMillis() <= piece.afterMillis())) {
                withoutBefore.add(id);
            }
        });
        if (!withoutBefore.isEmpty()) {
            read(
                    chunks,
                    metric,
                    withoutBefore,
                    piece.afterMillis() - DAY_MILLIS,
                    piece.afterMillis() - BEFORE_MILLIS - 1);
        }
        Map<SeriesId, RollupPoints> points = new HashMap<>();
        chunks.forEach((id, rows) -> {
            rows.sort(FIRST_ADMITTED);
            SeriesMasks hiding = masks.apply(id);
            List<SampleIterator> samples = new ArrayList<>(rows.size());
            for (ChunkRow row : rows) {
                try {
                    add(row, piece.toMillis(), hiding, samples);
                } catch (CorruptChunkException damaged) {
                    damaged("chunk", row, damaged);
                }
            }
            points.put(
                    id,
                    RollUp.of(
                            SeriesView.merged(samples),
                            piece.resolutionMillis(),
                            piece.afterMillis(),
                            piece.toMillis()));
        });
        return points;
    }

    private static void add(ChunkRow row, long toMillis, @Nullable SeriesMasks hiding, List<SampleIterator> samples) {
        SampleIterator seen = hiding == null
                ? StoredChunk.samples(row.chunk(), Long.MIN_VALUE, toMillis)
                : hiding.seen(
                        row.epoch(),
                        row.sequence(),
                        row.startMillis(),
                        row.endMillis(),
                        () -> StoredChunk.samples(row.chunk(), Long.MIN_VALUE, toMillis));
        if (seen != null) {
            samples.add(seen);
        }
    }

    private void read(Map<SeriesId, List<ChunkRow>> into, long metric, SortedSet<SeriesId> group, long from, long to) {
        Waiting.on(stores.chunks()
                .read(
                        shard,
                        metric,
                        group,
                        from,
                        to,
                        row -> into.computeIfAbsent(row.series(), added -> new ArrayList<>())
                                .add(row)));
    }

    private Map<SeriesId, RollupPoints> ofFiner(Piece piece, long metric, SortedSet<SeriesId> group) {
        Map<SeriesId, RollupPoints> points = new HashMap<>();
        rows(piece, piece.sourceMillis(), metric, group).forEach((id, rows) -> {
            RollupPoints fine = RollupMerge.of(piece.sourceMillis(), rows, piece.afterMillis(), piece.toMillis());
            points.put(id, fine.coarser(piece.resolutionMillis()));
        });
        return points;
    }

    /** The rows of some series in a resolution that reach into a piece, newest first. */
    Map<SeriesId, List<RollupChunk>> rows(Piece piece, long resolution, long metric, SortedSet<SeriesId> group) {
        Map<SeriesId, List<ChunkRow>> found = new HashMap<>();
        for (RollupTier tier : rules.tiers(resolution)) {
            Waiting.on(stores.rollups()
                    .read(
                            shard,
                            tier,
                            metric,
                            group,
                            piece.afterMillis() + 1,
                            piece.toMillis(),
                            row -> found.computeIfAbsent(row.series(), added -> new ArrayList<>())
                                    .add(row)));
        }
        Map<SeriesId, List<RollupChunk>> parsed = new HashMap<>();
        found.forEach((id, rows) -> {
            rows.sort(FIRST_ADMITTED.reversed());
            SeriesMasks hiding = masks.apply(id);
            List<RollupChunk> chunks = new ArrayList<>(rows.size());
            for (ChunkRow row : rows) {
                try {
                    RollupChunk chunk = RollupChunk.parse(row.chunk());
                    chunks.add(hiding == null ? chunk : hiding.seen(row.epoch(), row.sequence(), chunk));
                } catch (CorruptChunkException damaged) {
                    damaged("row of points", row, damaged);
                }
            }
            parsed.put(id, chunks);
        });
        return parsed;
    }

    /** What is damaged is left out, and said: the rest of the series is not lost with it. */
    private void damaged(String what, ChunkRow row, CorruptChunkException why) {
        metrics.damaged();
        LOG.error(
                "a {} of series {} in shard {} from {} on (epoch {}, number {}) is damaged and not rolled up: {}",
                what,
                row.series(),
                shard,
                row.startMillis(),
                row.epoch(),
                row.sequence(),
                why.getMessage());
    }
}
