package io.pharos.persistence.chunk;

import io.pharos.persistence.session.CassandraSession;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupStore;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.StoredSeries;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rolled-up points, a table a tier; a row's time to live is what is left of the tier's retention. */
public final class CassandraRollupStore implements RollupStore {
    /** Fewer than of chunks: nobody waits for a roll-up. */
    private static final int BATCHES_AT_ONCE = 4;

    private final Map<RollupTier, SliceTable> tables = new HashMap<>();

    /** Prepares the statements of each tier, for one placement generation and slices of these sizes. Blocks: only for the start. */
    public CassandraRollupStore(
            CassandraSession session, int generation, StorageTiers tiers, InstantSource clock, SliceSizes sizes) {
        BatchLimit limit = new BatchLimit(BATCHES_AT_ONCE);
        for (RollupTier tier : tiers.rollups()) {
            tables.put(
                    tier,
                    new SliceTable(
                            session,
                            generation,
                            "rollup_" + tier.name(),
                            tier.partitionDays(),
                            tier::partition,
                            row -> StorageTiers.expiryMillis(tier, row),
                            clock,
                            sizes,
                            limit));
        }
    }

    /** Forgets what is known of a shard's slices: to be called when it was found how far the shard is rolled up, or what is due. */
    public void taken(int shard) {
        tables.values().forEach(table -> table.taken(shard));
    }

    private SliceTable table(RollupTier tier) {
        SliceTable table = tables.get(tier);
        if (table == null) {
            throw new StoreUnavailableException(
                    "there is no table of the tier " + tier.name() + ": pharos.storage.tiers does not name it");
        }
        return table;
    }

    @Override
    public CompletionStage<Void> write(int shard, RollupTier tier, List<ChunkRow> rows) {
        return table(tier).write(shard, rows);
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
        return table(tier).read(shard, metricHash, series, fromMillis, toMillis, consumer);
    }

    @Override
    public CompletionStage<Void> series(int shard, RollupTier tier, long firstDay, Consumer<StoredSeries> consumer) {
        return table(tier).series(shard, firstDay, consumer);
    }
}
