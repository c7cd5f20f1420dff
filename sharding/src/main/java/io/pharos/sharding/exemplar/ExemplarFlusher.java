package io.pharos.sharding.exemplar;

import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.SeriesExemplars;
import io.pharos.timeseries.store.ExemplarRow;
import io.pharos.timeseries.store.ExemplarStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what waits in memory: a row a metric and hour. What fails waits on and is written at the next call. Thread-safe. */
public final class ExemplarFlusher {
    private static final Logger LOG = LoggerFactory.getLogger(ExemplarFlusher.class);
    private static final long HOUR_MILLIS = 3_600_000L;
    /** About 64 KiB before compression. */
    private static final int ROW_EXEMPLARS = 400;

    private static final Comparator<KeptExemplar> ORDER = Comparator.<KeptExemplar>comparingLong(
                    kept -> kept.series.metricHash)
            .thenComparingLong(ExemplarFlusher::hour)
            .thenComparing(kept -> kept.series.labels)
            .thenComparingLong(kept -> kept.exemplar.timestampMillis());

    private final ExemplarMemory memory;
    private final ExemplarStore store;
    private final ExemplarSettings settings;
    private final InstantSource clock;
    private final ExemplarMetrics metrics;
    private final ConcurrentHashMap<Integer, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    /** A flusher of one node's memory. */
    public ExemplarFlusher(
            ExemplarMemory memory,
            ExemplarStore store,
            ExemplarSettings settings,
            InstantSource clock,
            ExemplarMetrics metrics) {
        this.memory = memory;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Writes what waits of all shards; complete when that, or what was being written, is durable or has failed: the stage never fails. */
    public CompletionStage<Void> flushAll() {
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (int shard : memory.shards()) {
            writes.add(flush(shard).toCompletableFuture());
        }
        return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
    }

    /** The same of one shard. */
    CompletionStage<Void> flush(int shard) {
        List<KeptExemplar> taken = memory.takeWaiting(shard);
        if (taken.isEmpty()) {
            CompletionStage<Void> running = underWay.get(shard);
            return running == null ? CompletableFuture.completedStage(null) : running;
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        underWay.put(shard, over);
        List<ExemplarRow> rows;
        CompletionStage<Void> write;
        try {
            rows = rows(taken, memory.epoch(shard));
            write = store.write(shard, rows);
        } catch (RuntimeException failure) {
            rows = List.of();
            write = CompletableFuture.failedStage(failure);
        }
        long bytes = rows.stream().mapToLong(row -> row.data().remaining()).sum();
        write.whenComplete((done, failure) -> {
            underWay.remove(shard, over);
            if (failure == null) {
                memory.written(shard, taken, bytes, clock.millis());
                metrics.stored(taken.size(), bytes);
            } else {
                memory.notWritten(shard, taken);
                metrics.notStored();
                LOG.debug("exemplars of shard {} are not durable yet: {}", shard, failure.toString());
            }
            over.complete(null);
        });
        return over;
    }

    private List<ExemplarRow> rows(List<KeptExemplar> taken, long epoch) {
        List<KeptExemplar> sorted = new ArrayList<>(taken);
        sorted.sort(ORDER);
        List<ExemplarRow> rows = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            if (i == sorted.size()
                    || i - from == ROW_EXEMPLARS
                    || sorted.get(i).series.metricHash != sorted.get(from).series.metricHash
                    || hour(sorted.get(i)) != hour(sorted.get(from))) {
                rows.add(row(sorted.subList(from, i), epoch));
                from = i;
            }
        }
        return rows;
    }

    private ExemplarRow row(List<KeptExemplar> some, long epoch) {
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        List<SeriesExemplars> list = new ArrayList<>();
        List<Exemplar> own = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            KeptExemplar kept = some.get(i);
            start = Math.min(start, kept.exemplar.timestampMillis());
            end = Math.max(end, kept.exemplar.timestampMillis());
            own.add(kept.exemplar);
            if (i + 1 == some.size() || some.get(i + 1).series != kept.series) {
                list.add(new SeriesExemplars(kept.series.labels, own));
                own = new ArrayList<>();
            }
        }
        return new ExemplarRow(
                some.get(0).series.metricHash,
                start,
                end,
                epoch,
                numbers.incrementAndGet(),
                end + settings.retention().toMillis(),
                ExemplarList.blob(list));
    }

    private static long hour(KeptExemplar kept) {
        return Math.floorDiv(kept.exemplar.timestampMillis(), HOUR_MILLIS);
    }
}
