package io.pharos.persistence.chunk;

import io.pharos.persistence.schema.TableNames;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rolled-up points, a table a tier; a row's time to live is what is left of the tier's retention. Tables of former tiers are read with
 * those of the same resolution.
 */
public final class CassandraRollupStore implements RollupStore {
    /** Fewer than of chunks: nobody waits for a roll-up. */
    private static final int BATCHES_AT_ONCE = 4;

    private final Map<RollupTier, SliceTable> tables = new HashMap<>();
    /** Of each resolution the tables of tiers that are no more. */
    private final Map<Long, List<SliceTable>> former = new HashMap<>();

    /**
     * Prepares the statements of each tier, for one placement generation and slices of these sizes. Blocks: only for the start.
     *
     * @param names of all tables there are
     */
    public CassandraRollupStore(
            CassandraSession session,
            int generation,
            StorageTiers tiers,
            Set<String> names,
            InstantSource clock,
            SliceSizes sizes) {
        BatchLimit limit = new BatchLimit(BATCHES_AT_ONCE);
        BiFunction<String, RollupTier, SliceTable> open = (name, tier) -> new SliceTable(
                session,
                generation,
                name,
                tier.partitionDays(),
                tier::partition,
                true,
                row -> StorageTiers.expiryMillis(tier, row),
                clock,
                sizes,
                limit);
        Set<String> written = new HashSet<>();
        for (RollupTier tier : tiers.rollups()) {
            tables.put(tier, open.apply(TableNames.rollup(tier), tier));
            written.add(TableNames.rollup(tier));
        }
        for (RollupTier tier : tiers.rollups()) {
            if (former.containsKey(tier.resolutionMillis())) {
                continue;
            }
            List<SliceTable> others = new ArrayList<>();
            for (String name : new TreeSet<>(names)) {
                if (TableNames.isRollup(name, tier.resolutionMillis()) && !written.contains(name)) {
                    others.add(open.apply(name, tier));
                }
            }
            former.put(tier.resolutionMillis(), others);
        }
    }

    /** Forgets what is known of a shard's slices: to be called when it was found how far the shard is rolled up, or what is due. */
    public void taken(int shard) {
        tables.values().forEach(table -> table.taken(shard));
        former.values().forEach(others -> others.forEach(table -> table.taken(shard)));
    }

    private SliceTable table(RollupTier tier) {
        SliceTable table = tables.get(tier);
        if (table == null) {
            throw new StoreUnavailableException(
                    "there is no table of the tier " + tier.name() + ": pharos.storage.tiers does not name it");
        }
        return table;
    }

    private List<SliceTable> read(RollupTier tier) {
        List<SliceTable> all = new ArrayList<>();
        all.add(table(tier));
        all.addAll(former.getOrDefault(tier.resolutionMillis(), List.of()));
        return all;
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
        return SliceTable.each(
                read(tier), table -> table.read(shard, metricHash, series, fromMillis, toMillis, consumer));
    }

    @Override
    public CompletionStage<Void> series(int shard, RollupTier tier, long firstDay, Consumer<StoredSeries> consumer) {
        return SliceTable.series(read(tier), shard, firstDay, consumer);
    }
}
