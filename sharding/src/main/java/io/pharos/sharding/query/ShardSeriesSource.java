package io.pharos.sharding.query;

import io.pharos.promql.query.Cancellation;
import io.pharos.promql.query.QueryException;
import io.pharos.promql.query.SeriesSource;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.sharding.series.SeriesView;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.chunk.CorruptChunkException;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.chunk.StoredChunk;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private final ChunkStore chunks;
    private final QuerySettings settings;
    private final QueryMetrics metrics;
    private final Cancellation cancellation;
    private final long deadlineNanos;
    private long chunksDecoded;

    ShardSeriesSource(
            List<OpenShard> shards,
            ChunkStore chunks,
            QuerySettings settings,
            QueryMetrics metrics,
            Cancellation cancellation,
            long deadlineNanos) {
        this.shards = shards;
        this.chunks = chunks;
        this.settings = settings;
        this.metrics = metrics;
        this.cancellation = cancellation;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public SeriesSet select(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        return new Selected(matchers, fromMillis, toMillis);
    }

    @Override
    public long chunks() {
        return chunksDecoded;
    }

    private final class Selected implements SeriesSet {
        private final List<LabelMatcher> matchers;
        private final long fromMillis;
        private final long toMillis;
        private int nextShard;
        private @Nullable OpenShard shard;
        private int[] refs = {};
        private SeriesView[] views = {};
        private Map<SeriesId, List<ChunkRow>> stored = Map.of();
        private int at = -1;
        private List<SampleIterator> sources = List.of();

        Selected(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
            this.matchers = matchers;
            this.fromMillis = fromMillis;
            this.toMillis = toMillis;
        }

        @Override
        public boolean next() {
            while (true) {
                OpenShard current = shard;
                while (current != null && ++at < refs.length) {
                    List<SampleIterator> found = new ArrayList<>(4);
                    SeriesSlot slot = current.table().slot(refs[at]);
                    List<ChunkRow> rows = stored.get(slot.id());
                    if (rows != null) {
                        rows.sort(FIRST_ADMITTED);
                        for (ChunkRow row : rows) {
                            found.add(samples(current.shard(), row));
                        }
                    }
                    views[at].collect(fromMillis, toMillis, found);
                    if (!found.isEmpty()) {
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

        private SampleIterator samples(int shardNumber, ChunkRow row) {
            try {
                return StoredChunk.samples(row.chunk(), fromMillis, toMillis);
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
            if (cancellation.isCancelled()) {
                throw new QueryException(QueryException.Kind.CANCELED, "query was canceled");
            }
            shard = next;
            at = -1;
            refs = next.table().index().select(matchers);
            views = new SeriesView[refs.length];
            Map<Long, SortedSet<SeriesId>> cold = new HashMap<>();
            long coldUntil = Long.MIN_VALUE;
            for (int i = 0; i < refs.length; i++) {
                SeriesSlot slot = next.table().slot(refs[i]);
                // The view first, the store after it: what leaves memory in between is in the view taken.
                views[i] = slot.view();
                if (views[i].hotFromMillis() > fromMillis
                        && slot.mayHaveLived(
                                Math.floorDiv(fromMillis, DAY_MILLIS), Math.floorDiv(toMillis, DAY_MILLIS))) {
                    cold.computeIfAbsent(slot.metricHash(), added -> new TreeSet<>())
                            .add(slot.id());
                    coldUntil = Math.max(coldUntil, views[i].hotFromMillis() - 1);
                }
            }
            int withStore = 0;
            for (SortedSet<SeriesId> series : cold.values()) {
                withStore += series.size();
            }
            metrics.selected(refs.length - withStore, withStore);
            stored = new HashMap<>();
            long until = Math.min(coldUntil, toMillis);
            for (Map.Entry<Long, SortedSet<SeriesId>> metric : cold.entrySet()) {
                read(next.shard(), metric.getKey(), metric.getValue(), until);
            }
        }

        private void read(int shardNumber, long metricHash, SortedSet<SeriesId> wanted, long until) {
            SortedSet<SeriesId> named = wanted.size() >= settings.sliceReadSeries() ? null : wanted;
            long left = deadlineNanos - System.nanoTime();
            try {
                chunks.read(shardNumber, metricHash, named, fromMillis, until, row -> {
                            if (cancellation.isCancelled()) {
                                throw new QueryException(QueryException.Kind.CANCELED, "query was canceled");
                            }
                            if (wanted.contains(row.series())) {
                                stored.computeIfAbsent(row.series(), added -> new ArrayList<>())
                                        .add(row);
                            }
                        })
                        .toCompletableFuture()
                        .get(Math.max(1, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                throw new QueryException(
                        QueryException.Kind.TIMEOUT,
                        "the store did not answer for shard " + shardNumber
                                + " in the query's timeout (at most pharos.promql.timeout-max)",
                        late);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new QueryException(QueryException.Kind.CANCELED, "query was interrupted", interrupted);
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause();
                if (cause instanceof QueryException query) {
                    throw query;
                }
                throw new QueryException(
                        QueryException.Kind.UNAVAILABLE,
                        "stored chunks of shard " + shardNumber + " cannot be read now: " + cause,
                        failed);
            }
        }

        @Override
        public Labels labels() {
            Labels labels = current().table().index().labels(refs[at]);
            if (labels == null) {
                throw new QueryException(QueryException.Kind.INTERNAL, "a series lost its labels");
            }
            return labels;
        }

        private OpenShard current() {
            OpenShard current = shard;
            if (current == null) {
                throw new IllegalStateException("no series");
            }
            return current;
        }

        @Override
        public SampleIterator samples() {
            chunksDecoded += sources.size();
            return SeriesView.merged(sources);
        }

        @Override
        public void close() {
            stored = Map.of();
            refs = new int[0];
            nextShard = shards.size();
            shard = null;
        }
    }
}
