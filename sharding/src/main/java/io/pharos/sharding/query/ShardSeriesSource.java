package io.pharos.sharding.query;

import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.SeriesSource;
import io.pharos.promql.query.TierRead;
import io.pharos.promql.query.Tiers;
import io.pharos.sharding.mask.MaskList;
import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.StoredChunk;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.rollup.TieredSamples;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The series of shards this node has open: index and views are read without a message, and the chunk store is asked only for
 * times before what memory is known to hold. For one evaluation, on a thread that may block.
 */
final class ShardSeriesSource implements SeriesSource {
    private static final long DAY_MILLIS = 86_400_000L;
    private static final Comparator<ChunkRow> FIRST_ADMITTED =
            Comparator.comparingLong(ChunkRow::epoch).thenComparingInt(ChunkRow::sequence);

    private final List<OpenShard> shards;
    private final StoredSamples stored;
    private final QuerySettings settings;
    private final QueryMetrics metrics;
    private final StoreWait wait;
    private final RawReach reach;
    private final Tiers complete;
    /** Of all sources of the evaluation, as the chunks. */
    private final TierGaps gaps;

    private final AtomicLong chunksDecoded;

    /** @param tiers from when on which tier has everything */
    ShardSeriesSource(
            List<OpenShard> shards,
            StoredSamples stored,
            QuerySettings settings,
            QueryMetrics metrics,
            Tiers tiers,
            Cancellation cancellation,
            long deadlineNanos) {
        this(
                shards,
                stored,
                settings,
                metrics,
                new StoreWait(cancellation, deadlineNanos),
                RawReach.of(stored.tiers(), tiers),
                tiers,
                new TierGaps(),
                new AtomicLong());
    }

    private ShardSeriesSource(
            List<OpenShard> shards,
            StoredSamples stored,
            QuerySettings settings,
            QueryMetrics metrics,
            StoreWait wait,
            RawReach reach,
            Tiers complete,
            TierGaps gaps,
            AtomicLong chunksDecoded) {
        this.shards = shards;
        this.complete = complete;
        this.stored = stored;
        this.settings = settings;
        this.metrics = metrics;
        this.wait = wait;
        this.reach = reach;
        this.gaps = gaps;
        this.chunksDecoded = chunksDecoded;
    }

    @Override
    public SeriesSource only(Tiers.Group group) {
        return new ShardSeriesSource(
                shards, stored, settings, metrics, wait, reach.only(group), complete, gaps, chunksDecoded);
    }

    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        return new Selected(matchers, fromMillis, toMillis, null);
    }

    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis, TierRead read) {
        return new Selected(matchers, fromMillis, toMillis, read);
    }

    @Override
    public long chunks() {
        return chunksDecoded.get();
    }

    @Override
    public List<String> warnings() {
        return gaps.warnings();
    }

    private final class Selected implements SeriesSet {
        private final List<LabelMatcher> matchers;
        private final long fromMillis;
        private final long toMillis;
        private int nextShard;
        private @Nullable OpenShard shard;
        private @Nullable Chosen chosen;
        private SeriesView[] views = {};
        private final @Nullable TierRead read;
        /** Deletions that hide something of the shard, or none. */
        private @Nullable MaskList masks;
        /** Those of the current series. */
        private @Nullable SeriesMasks hidden;

        /** Raw samples from this on; later than the selection's begin where points come before them. */
        private long rawFromMillis;
        /** The same of each series, later where its own are not kept so long. */
        private long[] rawFrom = {};

        private Map<SeriesId, List<ChunkRow>> cold = Map.of();
        private @Nullable TierRows points;
        private int at = -1;
        private List<SampleIterator> sources = List.of();

        Selected(List<LabelMatcher> matchers, long fromMillis, long toMillis, @Nullable TierRead read) {
            this.matchers = matchers;
            this.fromMillis = fromMillis;
            this.toMillis = toMillis;
            this.read = read;
        }

        @Override
        public boolean next() {
            while (true) {
                OpenShard current = shard;
                Chosen series = chosen;
                while (current != null && series != null && ++at < series.size()) {
                    List<SampleIterator> found = new ArrayList<>(4);
                    long from = rawFrom[at];
                    SeriesId id = series.id(at);
                    MaskList hiding = masks;
                    hidden = hiding == null ? null : hiding.of(series.labels(at));
                    List<ChunkRow> rows = cold.get(id);
                    if (rows != null) {
                        rows.sort(FIRST_ADMITTED);
                        for (ChunkRow row : rows) {
                            if (row.endMillis() >= from) {
                                add(current.shard(), row, found);
                            }
                        }
                    }
                    if (from <= toMillis) {
                        views[at].collect(from, toMillis, hidden, found);
                    }
                    if (from > rawFromMillis) {
                        found.replaceAll(samples -> new LaterSamples(samples, from));
                    }
                    TierRows tiers = points;
                    if (!found.isEmpty() || tiers != null && tiers.has(id)) {
                        sources = found;
                        return true;
                    }
                }
                if (nextShard == shards.size()) {
                    return false;
                }
                begin(shards.get(nextShard++));
            }
        }

        private void add(int shardNumber, ChunkRow row, List<SampleIterator> found) {
            SeriesMasks hiding = hidden;
            SampleIterator seen = hiding == null
                    ? samples(shardNumber, row)
                    : hiding.seen(
                            row.epoch(),
                            row.sequence(),
                            row.startMillis(),
                            row.endMillis(),
                            () -> samples(shardNumber, row));
            if (seen != null) {
                found.add(seen);
            }
        }

        private SampleIterator samples(int shardNumber, ChunkRow row) {
            try {
                return StoredChunk.samples(row.chunk(), rawFromMillis, toMillis);
            } catch (CorruptChunkException damaged) {
                throw new QueryException(
                        QueryException.Kind.INTERNAL,
                        "the chunk of series " + row.series() + " in shard " + shardNumber + " from "
                                + row.startMillis()
                                + " on (epoch " + row.epoch() + ", number " + row.sequence() + ") is damaged: "
                                + damaged.getMessage(),
                        damaged);
            }
        }

        private void begin(OpenShard next) {
            wait.check();
            shard = next;
            at = -1;
            Chosen series = Chosen.of(
                    next,
                    matchers,
                    Chosen.firstDayOfPoints(fromMillis),
                    Math.floorDiv(toMillis, DAY_MILLIS),
                    stored.past(),
                    wait);
            if (reach.isOfSome()) {
                series = series.only(reach::has);
            }
            chosen = series;
            views = new SeriesView[series.size()];
            rawFromMillis = fromMillis;
            MaskList all = next.table().masks().published();
            TierRead tiers = read;
            // A point stands for at most the day before it.
            masks = all == null ? null : all.within(tiers == null ? fromMillis : fromMillis - DAY_MILLIS, toMillis);
            if (tiers != null) {
                TierRows rows = TierRows.read(
                        next,
                        series,
                        stored,
                        tiers,
                        complete,
                        gaps,
                        fromMillis,
                        toMillis,
                        settings.sliceReadSeries(),
                        wait);
                points = rows;
                long rawAfter = rows.rawAfterMillis();
                rawFromMillis =
                        rawAfter < fromMillis ? fromMillis : rawAfter == Long.MAX_VALUE ? rawAfter : rawAfter + 1;
            }
            rawFrom = new long[series.size()];
            Map<Boolean, Map<Long, SortedSet<SeriesId>>> asked = new HashMap<>();
            long coldUntil = Long.MIN_VALUE;
            int withStore = 0;
            for (int i = 0; i < series.size(); i++) {
                // The view first, the store after it: what leaves memory in between is in the view taken.
                views[i] = series.view(i);
                long from = reach.from(series, i, rawFromMillis);
                rawFrom[i] = from;
                boolean read =
                        from <= toMillis && views[i].hotFromMillis() > from && series.mayBeStored(i, from, toMillis);
                if (read) {
                    asked.computeIfAbsent(reach.isOlder(series, i, from), added -> new HashMap<>())
                            .computeIfAbsent(series.metricHash(i), added -> new TreeSet<>())
                            .add(series.id(i));
                    coldUntil = Math.max(coldUntil, series.coldUntilMillis(i, views[i]));
                }
                withStore += read || series.isGone(i) ? 1 : 0;
            }
            metrics.selected(series.size() - withStore, withStore);
            cold = new HashMap<>();
            long until = Math.min(coldUntil, toMillis);
            asked.forEach((older, byMetric) -> {
                ChunkStore chunks = older ? stored.coldChunks() : stored.chunks();
                byMetric.forEach((metric, wanted) -> read(chunks, next.shard(), metric, wanted, until));
            });
        }

        private void read(ChunkStore chunks, int shardNumber, long metricHash, SortedSet<SeriesId> wanted, long until) {
            SortedSet<SeriesId> named = wanted.size() >= settings.sliceReadSeries() ? null : wanted;
            wait.on(
                    chunks.read(shardNumber, metricHash, named, rawFromMillis, until, row -> {
                        wait.check();
                        if (wanted.contains(row.series())) {
                            cold.computeIfAbsent(row.series(), added -> new ArrayList<>())
                                    .add(row);
                        }
                    }),
                    "stored chunks",
                    shardNumber);
        }

        @Override
        public Labels labels() {
            return current().labels(at);
        }

        private Chosen current() {
            Chosen current = chosen;
            if (current == null) {
                throw new IllegalStateException("no series");
            }
            return current;
        }

        @Override
        public SampleIterator samples() {
            chunksDecoded.addAndGet(sources.size());
            TierRead tiers = read;
            TierRows rows = points;
            if (tiers == null || rows == null) {
                return SeriesView.merged(sources);
            }
            List<TieredSamples.Piece> pieces = rows.pieces(current().id(at), hidden);
            pieces.forEach(piece -> chunksDecoded.addAndGet(piece.rows().size()));
            pieces.add(TieredSamples.Piece.ofRaw(rows.rawAfterMillis(), Long.MAX_VALUE, SeriesView.merged(sources)));
            return new TieredSamples(tiers.column(), pieces);
        }

        @Override
        public void close() {
            cold = Map.of();
            points = null;
            chosen = null;
            nextShard = shards.size();
            shard = null;
        }
    }
}
