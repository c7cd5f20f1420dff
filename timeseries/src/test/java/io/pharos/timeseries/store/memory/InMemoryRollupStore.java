package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.ROLLUPS;

import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.RollupStore;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.StoredSeries;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rolled-up points in memory; a row that crosses a partition is refused, since it could not be found by it. */
record InMemoryRollupStore(InMemoryState state, InMemoryStores.Client client, StorageTiers tiers)
        implements RollupStore {
    /** Of the tier, or of one of its resolution that this store was not opened with. */
    private boolean isRead(RollupTier tier, RollupTier other) {
        return other.equals(tier)
                || other.resolutionMillis() == tier.resolutionMillis()
                        && !tiers.rollups().contains(other);
    }

    @Override
    public CompletionStage<Void> write(int shard, RollupTier tier, List<ChunkRow> rows) {
        List<ChunkRow> copies = rows.stream().map(Copies::of).toList();
        return client.run(StoreOperation.of(ROLLUPS, "write", shard, tier, copies), (Runnable) () -> {
            for (ChunkRow row : copies) {
                if (tier.partition(row.startMillis()) != tier.partition(row.endMillis())) {
                    throw new IllegalArgumentException("a row of " + tier.name() + " crosses a partition: " + row);
                }
                if (StorageTiers.expiryMillis(tier, row) > state.clock.millis()) {
                    InMemoryState.ChunkKey key = InMemoryState.ChunkKey.of(shard, row);
                    state.rollups.put(new InMemoryState.RollupKey(shard, tier, key), row);
                }
            }
        });
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            RollupTier tier,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        RowRange range = new RowRange(metricHash, series, fromMillis, toMillis);
        return client.<List<ChunkRow>>read(
                StoreOperation.of(
                        ROLLUPS,
                        "read",
                        shard,
                        tier,
                        metricHash,
                        series == null ? List.of() : series,
                        fromMillis,
                        toMillis),
                () -> {
                    state.expire();
                    return state.rollups.entrySet().stream()
                            .filter(entry -> entry.getKey().shard() == shard
                                    && isRead(tier, entry.getKey().tier())
                                    && range.takes(entry.getValue()))
                            .map(entry -> entry.getValue())
                            .toList();
                },
                rows -> rows.forEach(row -> consumer.accept(Copies.view(row))));
    }

    @Override
    public CompletionStage<Void> series(int shard, RollupTier tier, long firstDay, Consumer<StoredSeries> consumer) {
        return client.<List<StoredSeries>>read(
                StoreOperation.of(ROLLUPS, "series", shard, tier, firstDay),
                () -> {
                    state.expire();
                    return state.rollups.entrySet().stream()
                            .filter(entry -> entry.getKey().shard() == shard
                                    && isRead(tier, entry.getKey().tier())
                                    && tier.partition(entry.getValue().startMillis()) == firstDay)
                            .map(entry -> new StoredSeries(
                                    entry.getValue().metricHash(),
                                    entry.getValue().series()))
                            .distinct()
                            .toList();
                },
                found -> found.forEach(consumer));
    }
}
