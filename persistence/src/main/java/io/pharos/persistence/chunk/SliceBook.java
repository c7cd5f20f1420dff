package io.pharos.persistence.chunk;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.persistence.slice.Placement;
import io.pharos.persistence.slice.SliceRecord;
import io.pharos.persistence.slice.SliceSizes;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The placements of a table, by shard: read once from the table {@code slices}, and again after they were forgotten. Thread-safe. */
final class SliceBook {
    private static final int PAGE_ROWS = 500;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int SECOND_MILLIS = 1000;
    /** What Cassandra takes. */
    private static final long TTL_SECONDS_MAX = 630_720_000;

    private final CassandraSession session;
    private final int generation;
    private final String table;
    private final int periodDays;
    private final boolean mayBePlain;
    private final SliceSizes sizes;
    private final InstantSource clock;
    private final PreparedStatement read;
    private final PreparedStatement write;
    private final Map<Integer, CompletableFuture<ShardSlices>> shards = new HashMap<>();
    /** Complete, never with a failure, when nothing of a forgotten placement is under way any more. */
    private final Map<Integer, CompletableFuture<Void>> retiring = new HashMap<>();

    /**
     * Of the table of a name. Prepares its statements; blocks: only for the start.
     *
     * @param mayBePlain whether the table is as old as to have rows that no record tells of
     */
    SliceBook(
            CassandraSession session,
            int generation,
            String table,
            int periodDays,
            boolean mayBePlain,
            SliceSizes sizes,
            InstantSource clock) {
        this.session = session;
        this.generation = generation;
        this.table = table;
        this.periodDays = periodDays;
        this.mayBePlain = mayBePlain;
        this.sizes = sizes;
        this.clock = clock;
        read = session.prepareRead(
                "SELECT day, data FROM %s.slices WHERE generation = ? AND shard = ? AND name = ?", PAGE_ROWS);
        write = session.prepareWrite("INSERT INTO %s.slices (generation, shard, name, day, id, data)"
                + " VALUES (?, ?, ?, ?, ?, ?) USING TTL ?");
    }

    /** What is known of a shard, read where nothing is. */
    CompletionStage<ShardSlices> of(int shard) {
        CompletableFuture<ShardSlices> mine = new CompletableFuture<>();
        CompletableFuture<Void> retired;
        synchronized (this) {
            CompletableFuture<ShardSlices> known = shards.putIfAbsent(shard, mine);
            if (known != null) {
                return known;
            }
            retired = retiring.remove(shard);
        }
        CompletionStage<Void> before = retired == null ? CompletableFuture.completedStage(null) : retired;
        before.thenCompose(done -> load(shard)).whenComplete((loaded, failure) -> {
            if (failure == null) {
                mine.complete(loaded);
            } else {
                lose(shard, mine);
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private synchronized void lose(int shard, CompletableFuture<ShardSlices> failed) {
        shards.remove(shard, failed);
    }

    private CompletionStage<ShardSlices> load(int shard) {
        Placement placement = new Placement(
                sizes, periodDays, new SplittableRandom(UUID.randomUUID().getLeastSignificantBits()));
        String attempt = "read the slices of " + table + " of shard " + shard;
        return session.read(List.of(read.bind(generation, shard, table)), attempt, row -> load(placement, row))
                .thenApply(done -> {
                    if (mayBePlain) {
                        placement.loaded(Math.floorDiv(clock.millis(), DAY_MILLIS) + 1);
                    } else {
                        placement.loadedNeverPlain();
                    }
                    return new ShardSlices(placement, records -> append(shard, records));
                });
    }

    private void load(Placement placement, Row row) {
        LocalDate day = row.getLocalDate(0);
        ByteBuffer data = row.getByteBuffer(1);
        if (day == null || data == null) {
            throw damaged(row, new IllegalArgumentException("it is not whole"));
        }
        try {
            placement.load(day.toEpochDay(), SliceRecord.decode(data));
        } catch (IllegalArgumentException wrong) {
            throw damaged(row, wrong);
        }
    }

    private IllegalStateException damaged(Row row, IllegalArgumentException wrong) {
        return new IllegalStateException(
                "a row of the table slices about " + table + " is damaged, " + wrong.getMessage() + ": "
                        + row.getFormattedContents(),
                wrong);
    }

    private CompletionStage<Void> append(int shard, Map<Long, SliceRecord> records) {
        BatchStatementBuilder batch = BatchStatement.builder(DefaultBatchType.UNLOGGED);
        records.forEach((day, entry) -> batch.addStatement(write.bind(
                generation,
                shard,
                table,
                LocalDate.ofEpochDay(day),
                UUID.randomUUID(),
                entry.encode(),
                secondsToLive(entry))));
        return session.write(
                batch.setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                        .setTimeout(session.settings().writeTimeout())
                        .setIdempotence(true)
                        .build(),
                "write the slices of " + table + " of shard " + shard);
    }

    private int secondsToLive(SliceRecord entry) {
        long seconds = Math.floorDiv(entry.untilMillis() - clock.millis(), SECOND_MILLIS) + 1;
        return (int) Math.max(1, Math.min(TTL_SECONDS_MAX, seconds));
    }

    /** Forgets a shard: what is asked next is read again, after the records that are under way. */
    synchronized void forget(int shard) {
        CompletableFuture<ShardSlices> known = shards.remove(shard);
        if (known != null) {
            CompletableFuture<Void> retired = known.handle((loaded, failure) ->
                            loaded == null ? CompletableFuture.<Void>completedFuture(null) : loaded.retire())
                    .thenCompose(settled -> settled);
            retiring.merge(shard, retired, CompletableFuture::allOf);
        }
    }

    /** Forgets what a failed record left in an unknown state, unless that has happened. */
    synchronized void forget(int shard, ShardSlices failed) {
        CompletableFuture<ShardSlices> known = shards.get(shard);
        if (known != null && !known.isCompletedExceptionally() && known.getNow(null) == failed) {
            forget(shard);
        }
    }
}
