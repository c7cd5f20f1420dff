package io.pharos.persistence.shard;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.IncarnationStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/*
 * Cassandra lets the write with the highest timestamp win, and nothing here may rest on clocks. So the timestamps are ours: an
 * alive mark has 0, a fence its epoch, which makes a late write of an older fence lose, and a deletion one above all epochs,
 * which makes it final whatever lands after it.
 */
/** Incarnations in the table {@code incarnation}; a partition is the alive mark and a row for each fenced shard. */
public final class CassandraIncarnationStore implements IncarnationStore {
    private static final long ALIVE_TIMESTAMP = 0;
    private static final long DELETED_TIMESTAMP = 1L << 62;
    private static final int PAGE_ROWS = 4096;

    private final CassandraSession session;
    private final PreparedStatement register;
    private final PreparedStatement fence;
    private final PreparedStatement read;
    private final PreparedStatement list;
    private final PreparedStatement delete;

    /** Prepares its statements. Blocks: only for the start. */
    public CassandraIncarnationStore(CassandraSession session) {
        this.session = session;
        register = session.prepareWrite(
                "INSERT INTO %s.incarnation (incarnation, alive) VALUES (?, true) USING TIMESTAMP " + ALIVE_TIMESTAMP);
        fence = session.prepareWrite(
                "INSERT INTO %s.incarnation (incarnation, shard, epoch) VALUES (?, ?, ?) USING TIMESTAMP ?");
        read = session.prepareRead("SELECT alive, shard, epoch FROM %s.incarnation WHERE incarnation = ?", PAGE_ROWS);
        list = session.prepareRead("SELECT DISTINCT incarnation FROM %s.incarnation", PAGE_ROWS);
        delete = session.prepareWrite(
                "DELETE FROM %s.incarnation USING TIMESTAMP " + DELETED_TIMESTAMP + " WHERE incarnation = ?");
    }

    @Override
    public CompletionStage<Void> register(Incarnation incarnation) {
        return session.write(register.bind(incarnation.id()), "register the incarnation " + incarnation);
    }

    @Override
    public CompletionStage<Void> fence(Incarnation incarnation, int shard, long epoch) {
        return session.write(
                fence.bind(incarnation.id(), shard, epoch, epoch),
                "fence shard " + shard + " of the incarnation " + incarnation + " at epoch " + epoch);
    }

    @Override
    public CompletionStage<Fences> read(Incarnation incarnation) {
        // One page holds every fence there can be, so this needs no thread of its own.
        return session.ask(read.bind(incarnation.id()), "read the fences of the incarnation " + incarnation)
                .thenCompose(answer ->
                        answer.hasMorePages() ? readOn(incarnation) : CompletableFuture.completedStage(fences(answer)));
    }

    private static Fences fences(AsyncResultSet answer) {
        Fold fold = new Fold();
        answer.currentPage().forEach(fold::add);
        return fold.fences();
    }

    private CompletionStage<Fences> readOn(Incarnation incarnation) {
        Fold fold = new Fold();
        return session.read(
                        List.of(read.bind(incarnation.id())),
                        "read the fences of the incarnation " + incarnation,
                        fold::add)
                .thenApply(done -> fold.fences());
    }

    @Override
    public CompletionStage<Set<Incarnation>> list() {
        Set<Incarnation> all = new HashSet<>();
        return session.read(List.of(list.bind()), "list the incarnations", row -> {
                    UUID id = row.getUuid(0);
                    if (id != null) {
                        all.add(new Incarnation(id));
                    }
                })
                .thenApply(done -> Set.copyOf(all));
    }

    @Override
    public CompletionStage<Void> delete(Incarnation incarnation) {
        return session.write(delete.bind(incarnation.id()), "delete the incarnation " + incarnation);
    }

    /** What the rows of a partition say together. */
    private static final class Fold {
        private boolean alive;
        private final Map<Integer, Long> epochs = new HashMap<>();

        void add(Row row) {
            alive |= row.getBoolean(0);
            if (!row.isNull(1)) {
                epochs.put(row.getInt(1), row.getLong(2));
            }
        }

        Fences fences() {
            return new Fences(alive, epochs.isEmpty() ? Map.of() : Map.copyOf(epochs));
        }
    }
}
