package io.pharos.persistence.chunk;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.schema.TableNames;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import io.pharos.timeseries.store.RollupTier;
import io.pharos.timeseries.store.StorageTiers;
import io.pharos.timeseries.store.StoreUnavailableException;
import io.pharos.timeseries.store.StoredSeries;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Chunks by the UTC day they begin in: the common class in the table {@code chunks}, each other one in a table of its own ({@code
 * chunks_30d}), so that files of a day go as one.
 */
public final class CassandraChunkStore implements ChunkStore {
    private static final long DAY_MILLIS = 86_400_000;
    private static final int BATCHES_AT_ONCE = 16;
    private static final int TABLES_PAGE = 500;

    private final CassandraSession session;
    private final int generation;
    private final InstantSource clock;
    private final SliceSizes sizes;
    private final BatchLimit limit = new BatchLimit(BATCHES_AT_ONCE);
    private final PreparedStatement listTables;
    private final SliceTable common;
    private final Map<Long, SliceTable> byRetention = new HashMap<>();
    /** Of all classes, those that are written and those of other tiers, by name; replaced when there is one more. */
    private volatile Map<String, SliceTable> all = Map.of();

    /**
     * Prepares its statements, for one placement generation; rows live as the tiers say, in slices of these
     * sizes. Blocks: only for the start.
     *
     * @param tables the names of all tables there are
     */
    public CassandraChunkStore(
            CassandraSession session,
            int generation,
            StorageTiers tiers,
            Set<String> tables,
            InstantSource clock,
            SliceSizes sizes) {
        this.session = session;
        this.generation = generation;
        this.clock = clock;
        this.sizes = sizes;
        listTables =
                session.prepareRead("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", TABLES_PAGE);
        common = open(TableNames.CHUNKS, tiers.rawRetentionMillis());
        byRetention.put(tiers.rawRetentionMillis(), common);
        for (long retention : tiers.otherRawMillis()) {
            byRetention.put(retention, open(TableNames.chunks(retention), retention));
        }
        tables.forEach(this::openFound);
    }

    private synchronized SliceTable open(String name, long retentionMillis) {
        SliceTable table = new SliceTable(
                session,
                generation,
                name,
                1,
                millis -> Math.floorDiv(millis, DAY_MILLIS),
                name.equals(TableNames.CHUNKS),
                row -> StorageTiers.rawExpiryMillis(retentionMillis, row, clock.millis()),
                clock,
                sizes,
                limit);
        Map<String, SliceTable> more = new TreeMap<>(all);
        more.put(name, table);
        all = Collections.unmodifiableMap(more);
        return table;
    }

    /** A table that was made with other tiers than ours: only read. Blocks. */
    private synchronized void openFound(String name) {
        if (TableNames.isClassOfChunks(name) && !all.containsKey(name)) {
            open(name, 0);
        }
    }

    private List<SliceTable> tables() {
        return List.copyOf(all.values());
    }

    /** Also looks for classes that an owner with other tiers has made since. */
    @Override
    public CompletionStage<Void> taken(int shard) {
        return session.read(
                        List.of(listTables.bind(session.settings().keyspace())),
                        "list the tables of chunks",
                        row -> openFound(String.valueOf(row.getString(0))))
                .thenAccept(done -> all.values().forEach(table -> table.taken(shard)));
    }

    @Override
    public CompletionStage<Void> write(int shard, List<ChunkRow> rows) {
        return common.write(shard, rows);
    }

    @Override
    public CompletionStage<Void> write(int shard, long retentionMillis, List<ChunkRow> rows) {
        SliceTable table = byRetention.get(retentionMillis);
        return table != null
                ? table.write(shard, rows)
                : CompletableFuture.failedStage(new StoreUnavailableException("there is no table of chunks kept for "
                        + RollupTier.text(retentionMillis) + ": pharos.storage.tiers does not name it"));
    }

    @Override
    public CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer) {
        return SliceTable.each(
                tables(), table -> table.read(shard, metricHash, series, fromMillis, toMillis, consumer));
    }

    @Override
    public CompletionStage<Void> series(int shard, long day, Consumer<StoredSeries> consumer) {
        return SliceTable.series(tables(), shard, day, consumer);
    }
}
