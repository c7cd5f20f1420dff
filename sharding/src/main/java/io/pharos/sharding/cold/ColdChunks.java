package io.pharos.sharding.cold;

import io.pharos.promql.query.QueryException;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.StoredSeries;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * The chunk store is asked for all of the time: what came late of a cold day, and is not in its object yet, is there. A day some
 * of whose chunks may be gone from it has to be in the list of cold days; if it is not, or is there as lost, the read fails rather
 * than answers less. Reads of other days, and of other shards, know nothing of it.
 */
/** The chunks of shards this node owns, out of the chunk store and, where they are gone from it, out of the cold one. */
final class ColdChunks implements ChunkStore {
    /** So many days are read at once. */
    private static final int DAYS_AT_ONCE = 8;

    private final ChunkStore chunks;
    private final ColdTier tier;

    /** What names a chunk of a metric. */
    private record Key(SeriesId series, long startMillis, long epoch, int sequence) {
        static Key of(ChunkRow row) {
            return new Key(row.series(), row.startMillis(), row.epoch(), row.sequence());
        }
    }

    ColdChunks(ChunkStore chunks, ColdTier tier) {
        this.chunks = chunks;
        this.tier = tier;
    }

    @Override
    public CompletionStage<Void> taken(int shard) {
        return chunks.taken(shard);
    }

    @Override
    public CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        return chunks.write(shard, rows);
    }

    @Override
    public CompletionStage<Void> write(int shard, long retentionMillis, List<ChunkRow> rows) {
        return chunks.write(shard, retentionMillis, rows);
    }

    @Override
    public CompletionStage<Void> series(int shard, long day, Consumer<StoredSeries> consumer) {
        return chunks.series(shard, day, consumer);
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        // Not known for a moment after the start: without it a question would be answered with less.
        return tier.since()
                .read()
                .thenCompose(since -> read(
                        new Wanted(shard, metricHash, series, fromMillis, toMillis),
                        since.orElse(Long.MAX_VALUE),
                        consumer));
    }

    private CompletionStage<Void> read(Wanted wanted, long since, Consumer<ChunkRow> consumer) {
        int shard = wanted.shard;
        // The root begins a day later: of this day nothing has to be there, but what is there has not expired since it
        // decided.
        long kept = tier.firstKeptDay();
        // Fixed before anything is read: what goes meanwhile is in what was read.
        long lastDay = Math.min(tier.lastGoneDay(), Math.floorDiv(wanted.toMillis, ColdDay.MILLIS));
        long firstDay = Math.max(Math.max(since, kept), Math.floorDiv(wanted.fromMillis, ColdDay.MILLIS));
        if (firstDay > lastDay || wanted.series != null && wanted.series.isEmpty()) {
            return chunks(wanted, consumer);
        }
        OpenShard open = tier.open(shard);
        if (open == null) {
            return CompletableFuture.failedStage(
                    new StoreUnavailableException("shard " + shard + " is no longer this node's"));
        }
        Set<Key> seen = new HashSet<>();
        long until = (lastDay + 1) * ColdDay.MILLIS;
        return tier.book().read(shard, open.epoch()).thenCompose(manifest -> {
            for (long day = firstDay; day <= lastDay; day++) {
                if (day > kept && !manifest.has(day)) {
                    throw new QueryException(
                            QueryException.Kind.UNAVAILABLE,
                            "samples of shard " + shard + " on " + LocalDate.ofEpochDay(day)
                                    + " are lost: they went before they were in the cold store; steps and windows of the"
                                    + " roll-ups are still answered");
                }
            }
            return chunks(wanted, row -> {
                        if (row.startMillis() < until) {
                            seen.add(Key.of(row));
                        }
                        consumer.accept(row);
                    })
                    .thenCompose(read -> cold(
                            wanted,
                            manifest.days()
                                    .subMap(firstDay, lastDay + 1)
                                    .values()
                                    .iterator(),
                            row -> {
                                if (!seen.contains(Key.of(row))) {
                                    consumer.accept(row);
                                }
                            }));
        });
    }

    private record Wanted(
            int shard, long metric, @Nullable SortedSet<SeriesId> series, long fromMillis, long toMillis) {}

    private CompletionStage<Void> chunks(Wanted wanted, Consumer<ChunkRow> consumer) {
        return chunks.read(wanted.shard, wanted.metric, wanted.series, wanted.fromMillis, wanted.toMillis, consumer);
    }

    /** Some days at once, then the next ones. */
    private CompletionStage<Void> cold(Wanted wanted, Iterator<ColdDay> days, Consumer<ChunkRow> consumer) {
        if (!days.hasNext()) {
            return CompletableFuture.completedStage(null);
        }
        List<CompletableFuture<List<ChunkRow>>> reading = new ArrayList<>(DAYS_AT_ONCE);
        while (days.hasNext() && reading.size() < DAYS_AT_ONCE) {
            reading.add(day(wanted, days.next()).toCompletableFuture());
        }
        return CompletableFuture.allOf(reading.toArray(CompletableFuture[]::new))
                .thenCompose(done -> {
                    reading.forEach(day -> day.join().forEach(consumer));
                    return cold(wanted, days, consumer);
                });
    }

    private CompletionStage<List<ChunkRow>> day(Wanted wanted, ColdDay day) {
        List<ChunkRow> rows = new ArrayList<>();
        return ColdObjects.each(
                        parts(wanted.shard, day, wanted.metric).iterator(),
                        part -> tier.objects()
                                .read(
                                        part,
                                        wanted.metric,
                                        wanted.series,
                                        wanted.fromMillis,
                                        wanted.toMillis,
                                        rows::add))
                .thenApply(read -> rows);
    }

    /** The objects of a day that may have chunks of a metric: each goes on to where the next one begins. */
    static List<ColdObjects.Named> parts(int shard, ColdDay day, long metric) {
        List<ColdObjects.Named> found = new ArrayList<>();
        for (int i = 0; i < day.parts().size(); i++) {
            boolean beginsAfter = day.parts().get(i).firstMetric() > metric;
            boolean endsBefore =
                    i + 1 < day.parts().size() && day.parts().get(i + 1).firstMetric() < metric;
            if (!beginsAfter && !endsBefore) {
                found.add(new ColdObjects.Named(shard, day, i));
            }
        }
        return found;
    }
}
