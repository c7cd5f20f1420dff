package io.pharos.sharding.rollup;

import io.pharos.sharding.past.PastIndex;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.rollup.RollupChunk;
import io.pharos.timeseries.rollup.RollupPoints;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.Stores;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the points of one piece of a shard, a group of series at a time. Blocks; for one piece and one thread. */
final class PieceMaker {
    private static final Logger LOG = LoggerFactory.getLogger(PieceMaker.class);
    /** A piece has thousands of requests: one that fails must not throw all of it away. */
    private static final int ATTEMPTS_MAX = 5;
    /** Rows of more points would be slow to read a little of. */
    private static final int ROW_POINTS_MAX = 4096;

    private final Stores stores;
    private final RollUpSettings settings;
    private final RollUpMetrics metrics;
    private final OpenShard shard;
    private final int sequence;
    private final BooleanSupplier stillOurs;
    private final PieceSource source;
    private final Map<RollupTier, List<ChunkRow>> rows = new HashMap<>();
    private final SeriesLabels labels;

    /**
     * For one piece.
     *
     * @param past for the labels of series that ended long ago
     * @param sequence of its rows: of two pieces of one time in an epoch the one with the higher counts
     * @param stillOurs whether to go on
     */
    PieceMaker(
            Stores stores,
            RollUpSettings settings,
            RollUpMetrics metrics,
            OpenShard shard,
            PastIndex past,
            Piece piece,
            int sequence,
            BooleanSupplier stillOurs) {
        this.stores = stores;
        this.settings = settings;
        this.metrics = metrics;
        this.shard = shard;
        this.sequence = sequence;
        this.stillOurs = stillOurs;
        // Taken once, after the sequence: a deletion that comes later knows the number and hides what it has to of
        // these rows.
        this.labels = new SeriesLabels(
                settings.tiers(), shard, past, piece, shard.table().masks().published());
        this.source = new PieceSource(stores, settings.tiers(), shard.shard(), metrics, labels::masks);
    }

    /**
     * Makes all points of a piece in its resolution; durable when it returns.
     *
     * @return false where it was given up because the shard is no longer ours
     */
    boolean make(Piece piece) {
        return forGroups(piece, (metric, group) -> {
            Map<SeriesId, RollupPoints> points = source.points(piece, metric, group);
            points.forEach((id, made) -> add(piece.resolutionMillis(), metric, id, made, 0, made.size()));
        });
    }

    /**
     * Makes a day of raw samples again in every resolution that is made until then: rows of it alone, which go before what was
     * there.
     *
     * @param until how far each resolution is made
     * @param partly raw samples of the day may be gone: a point of more samples than what is left of them gives stays
     */
    boolean makeAgain(Piece day, Map<Long, Long> until, boolean partly) {
        return forGroups(day, (metric, group) -> {
            Map<SeriesId, RollupPoints> finest = source.points(day, metric, group);
            for (long resolution : settings.tiers().resolutions()) {
                if (until.getOrDefault(resolution, Long.MIN_VALUE) < day.toMillis()) {
                    continue; // what is made of finer points later sees those of this day
                }
                Map<SeriesId, List<RollupChunk>> there =
                        partly ? source.rows(day, resolution, metric, group) : Map.of();
                finest.forEach((id, fine) -> {
                    RollupPoints made = resolution == fine.resolutionMillis() ? fine : fine.coarser(resolution);
                    addFuller(resolution, metric, id, made, there.getOrDefault(id, List.of()));
                });
            }
        });
    }

    private interface Group {
        void make(long metric, SortedSet<SeriesId> group);
    }

    private boolean forGroups(Piece piece, Group work) {
        for (Map.Entry<Long, SortedSet<SeriesId>> metric : source.series(piece).entrySet()) {
            SortedSet<SeriesId> group = new TreeSet<>();
            for (SeriesId id : metric.getValue()) {
                group.add(id);
                if (group.size() == settings.seriesAtOnce()) {
                    if (!step(work, metric.getKey(), group)) {
                        return false;
                    }
                    group = new TreeSet<>();
                }
            }
            if (!group.isEmpty() && !step(work, metric.getKey(), group)) {
                return false;
            }
        }
        return true;
    }

    /** Makes a group; what the store refuses is tried again, and a series that cannot be made is said and left out. */
    private boolean step(Group work, long metric, SortedSet<SeriesId> group) {
        for (int attempt = 1; stillOurs.getAsBoolean(); attempt++) {
            try {
                makeAndWrite(work, metric, group);
                return Waiting.pause(settings.pause());
            } catch (StoreUnavailableException away) {
                rows.clear();
                if (attempt == ATTEMPTS_MAX || !Waiting.pause(Duration.ofMillis(125L << attempt))) {
                    throw away;
                }
            } catch (RuntimeException fault) {
                rows.clear();
                return oneByOne(work, metric, group, fault);
            }
        }
        return false;
    }

    private boolean oneByOne(Group work, long metric, SortedSet<SeriesId> group, RuntimeException fault) {
        if (group.size() == 1) {
            metrics.damaged();
            LOG.error("series {} of shard {} cannot be rolled up", group.first(), shard.shard(), fault);
            return true;
        }
        for (SeriesId id : group) {
            if (!step(work, metric, new TreeSet<>(List.of(id)))) {
                return false;
            }
        }
        return true;
    }

    private void makeAndWrite(Group work, long metric, SortedSet<SeriesId> group) {
        work.make(metric, group);
        for (Map.Entry<RollupTier, List<ChunkRow>> tier : rows.entrySet()) {
            Waiting.on(stores.rollups().write(shard.shard(), tier.getKey(), tier.getValue()));
            metrics.written(tier.getKey(), tier.getValue());
        }
        rows.clear();
        metrics.rolled(group.size());
    }

    /** Adds the points that stand for more samples than those that are there. */
    private void addFuller(long resolution, long metric, SeriesId id, RollupPoints made, List<RollupChunk> there) {
        Map<Long, Double> counts = new HashMap<>();
        for (RollupChunk row : there) {
            RollupPoints points = row.points();
            for (int i = 0; i < points.size(); i++) {
                counts.putIfAbsent(points.timeMillis(i), points.count(i));
            }
        }
        int from = 0;
        for (int i = 0; i <= made.size(); i++) {
            if (i == made.size() || counts.getOrDefault(made.timeMillis(i), 0.0) >= made.count(i)) {
                add(resolution, metric, id, made, from, i);
                from = i + 1;
            }
        }
    }

    private void add(long resolution, long metric, SeriesId id, RollupPoints points, int from, int to) {
        if (from >= to) {
            return;
        }
        RollupTier tier = labels.tier(resolution, id);
        for (int at = from; at < to; at += ROW_POINTS_MAX) {
            int end = Math.min(to, at + ROW_POINTS_MAX);
            metrics.made(end - at);
            rows.computeIfAbsent(tier, added -> new ArrayList<>())
                    .add(new ChunkRow(
                            metric,
                            id,
                            points.timeMillis(at),
                            points.timeMillis(end - 1),
                            shard.epoch(),
                            sequence,
                            ByteBuffer.wrap(RollupChunk.encode(points, at, end)).asReadOnlyBuffer()));
        }
    }
}
