package io.pharos.persistence.chunk;

import io.pharos.persistence.session.CassandraSession;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.StoredSeries;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Chunks in the table {@code chunks}, by the UTC day they begin in. */
public final class CassandraChunkStore implements ChunkStore {
    private static final long DAY_MILLIS = 86_400_000;
    private static final int BATCHES_AT_ONCE = 16;

    private final SliceTable table;

    /**
     * Prepares its statements, for one placement generation; rows live as the tiers say, in slices of these
     * sizes. Blocks: only for the start.
     */
    public CassandraChunkStore(
            CassandraSession session, int generation, StorageTiers tiers, InstantSource clock, SliceSizes sizes) {
        table = new SliceTable(
                session,
                generation,
                "chunks",
                1,
                millis -> Math.floorDiv(millis, DAY_MILLIS),
                row -> tiers.rawExpiryMillis(row, clock.millis()),
                clock,
                sizes,
                new BatchLimit(BATCHES_AT_ONCE));
    }

    @Override
    public CompletionStage<Void> taken(int shard) {
        table.taken(shard);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        return table.write(shard, rows);
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        return table.read(shard, metricHash, series, fromMillis, toMillis, consumer);
    }

    @Override
    public CompletionStage<Void> series(int shard, long day, Consumer<StoredSeries> consumer) {
        return table.series(shard, day, consumer);
    }
}
