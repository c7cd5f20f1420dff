package io.pharos.persistence.shard;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.ShardRecord;
import io.pharos.timeseries.store.ShardRecordStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Shard records in the table {@code shard}, by compare-and-set on epoch and checkpoint. */
public final class CassandraShardRecordStore implements ShardRecordStore {
    private static final String SET = "UPDATE %s.shard SET epoch = ?, owner = ?, checkpoint_epoch = ?,"
            + " checkpoint_number = ?, sources = ? WHERE generation = ? AND shard = ? IF epoch = ";

    private final CassandraSession session;
    private final int generation;
    private final PreparedStatement read;
    private final PreparedStatement replace;
    private final PreparedStatement replaceFirst;
    private final PreparedStatement create;

    /** Prepares its statements, for one placement generation. Blocks: only for the start. */
    public CassandraShardRecordStore(CassandraSession session, int generation) {
        this.session = session;
        this.generation = generation;
        read = session.prepareSerialRead(
                "SELECT epoch, owner, checkpoint_epoch, checkpoint_number, sources FROM %s.shard"
                        + " WHERE generation = ? AND shard = ?");
        replace = session.prepareTransaction(SET + "? AND checkpoint_epoch = ? AND checkpoint_number = ?");
        replaceFirst = session.prepareTransaction(SET + "? AND checkpoint_epoch = null");
        // A condition on null holds where there is no row, too.
        create = session.prepareTransaction(SET + "null");
    }

    @Override
    public CompletionStage<ShardRecord> read(int shard) {
        return session.ask(read.bind(generation, shard), "read the record of shard " + shard)
                .thenApply(answer -> {
                    Row row = answer.one();
                    return row == null ? ShardRecord.unowned(shard) : record(shard, row);
                });
    }

    private static ShardRecord record(int shard, Row row) {
        UUID owner = row.getUuid("owner");
        Map<Incarnation, LogPosition> sources = new HashMap<>();
        Map<UUID, Long> stored = row.getMap("sources", UUID.class, Long.class);
        if (stored != null) {
            stored.forEach((id, packed) -> sources.put(new Incarnation(id), LogPosition.ofLong(packed)));
        }
        return new ShardRecord(
                shard,
                row.getLong("epoch"),
                owner == null ? Optional.empty() : Optional.of(new Incarnation(owner)),
                row.isNull("checkpoint_epoch")
                        ? Optional.empty()
                        : Optional.of(
                                new CheckpointId(row.getLong("checkpoint_epoch"), row.getInt("checkpoint_number"))),
                Map.copyOf(sources));
    }

    @Override
    public CompletionStage<Boolean> replace(ShardRecord expected, ShardRecord next) {
        if (expected.epoch() != 0) {
            return attempt(conditional(expected, next), next).thenApply(AsyncResultSet::wasApplied);
        }
        return attempt(bind(create, next), next).thenCompose(answer -> {
            if (answer.wasApplied()) {
                return CompletableFuture.completedStage(true);
            }
            Row row = answer.one();
            boolean zero = row != null && row.getColumnDefinitions().contains("epoch") && row.getLong("epoch") == 0;
            return zero
                    ? attempt(conditional(expected, next), next).thenApply(AsyncResultSet::wasApplied)
                    : CompletableFuture.completedStage(false);
        });
    }

    private BoundStatement conditional(ShardRecord expected, ShardRecord next) {
        return expected.checkpoint()
                .map(checkpoint -> bind(replace, next)
                        .setLong(7, expected.epoch())
                        .setLong(8, checkpoint.epoch())
                        .setInt(9, checkpoint.number()))
                .orElseGet(() -> bind(replaceFirst, next).setLong(7, expected.epoch()));
    }

    private CompletionStage<AsyncResultSet> attempt(BoundStatement statement, ShardRecord next) {
        return session.ask(statement, "move shard " + next.shard() + " to epoch " + next.epoch());
    }

    private BoundStatement bind(PreparedStatement statement, ShardRecord next) {
        Map<UUID, Long> sources = new HashMap<>();
        next.sources().forEach((incarnation, position) -> sources.put(incarnation.id(), position.toLong()));
        BoundStatement bound = statement
                .bind()
                .setLong(0, next.epoch())
                .setMap(4, sources, UUID.class, Long.class)
                .setInt(5, generation)
                .setInt(6, next.shard());
        bound = next.owner().isPresent() ? bound.setUuid(1, next.owner().get().id()) : bound.setToNull(1);
        return next.checkpoint().isPresent()
                ? bound.setLong(2, next.checkpoint().get().epoch())
                        .setInt(3, next.checkpoint().get().number())
                : bound.setToNull(2).setToNull(3);
    }
}
