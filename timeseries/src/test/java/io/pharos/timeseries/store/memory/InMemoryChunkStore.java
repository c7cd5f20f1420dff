package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.CHUNKS;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.StoredSeries;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sealed chunks in memory; a chunk that crosses a UTC day is refused, since it could not be found by its partition. */
record InMemoryChunkStore(InMemoryState state, InMemoryStores.Client client, StorageTiers tiers) implements ChunkStore {
    private static final long DAY_MILLIS = 86_400_000;

    @Override
    public CompletionStage<Void> taken(int shard) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        List<ChunkRow> copies = rows.stream().map(Copies::of).toList();
        return write(shard, tiers.rawRetentionMillis(), copies, StoreOperation.of(CHUNKS, "write", shard, copies));
    }

    @Override
    public CompletionStage<Void> write(int shard, long retentionMillis, List<ChunkRow> rows) {
        if (!tiers.hasRaw(retentionMillis)) {
            return CompletableFuture.failedStage(new StoreUnavailableException("no class of " + retentionMillis));
        }
        List<ChunkRow> copies = rows.stream().map(Copies::of).toList();
        return write(
                shard,
                retentionMillis,
                copies,
                StoreOperation.of(CHUNKS, "writeClass", shard, retentionMillis, copies));
    }

    private CompletionStage<Void> write(
            int shard, long retentionMillis, List<ChunkRow> copies, StoreOperation operation) {
        return client.run(operation, (Runnable) () -> {
            for (ChunkRow row : copies) {
                if (Math.floorDiv(row.startMillis(), DAY_MILLIS) != Math.floorDiv(row.endMillis(), DAY_MILLIS)) {
                    throw new IllegalArgumentException("a chunk crosses a day: " + row);
                }
                InMemoryState.ChunkKey key = InMemoryState.ChunkKey.of(shard, row);
                state.chunks.put(key, row);
                long expiry = StorageTiers.rawExpiryMillis(retentionMillis, row, state.clock.millis());
                if (expiry < Long.MAX_VALUE / 4) {
                    state.chunkExpiry.put(key, expiry);
                }
            }
        });
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        RowRange range = new RowRange(metricHash, series, fromMillis, toMillis);
        return client.<List<ChunkRow>>read(
                StoreOperation.of(
                        CHUNKS, "read", shard, metricHash, series == null ? List.of() : series, fromMillis, toMillis),
                () -> {
                    state.expire();
                    return state.chunks.entrySet().stream()
                            .filter(entry -> entry.getKey().shard() == shard && range.takes(entry.getValue()))
                            .map(entry -> entry.getValue())
                            .toList();
                },
                rows -> rows.forEach(row -> consumer.accept(Copies.view(row))));
    }

    @Override
    public CompletionStage<Void> series(int shard, long day, Consumer<StoredSeries> consumer) {
        return client.<List<StoredSeries>>read(
                StoreOperation.of(CHUNKS, "series", shard, day),
                () -> {
                    state.expire();
                    return state.chunks.keySet().stream()
                            .filter(key -> key.shard() == shard && Math.floorDiv(key.startMillis(), DAY_MILLIS) == day)
                            .map(key -> new StoredSeries(key.metricHash(), key.series()))
                            .distinct()
                            .toList();
                },
                found -> found.forEach(consumer));
    }
}
