package io.pharos.persistence.shard;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.MaskStore;
import io.pharos.timeseries.store.StoredMask;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Masks in the table {@code masks}; a shard is a partition. */
public final class CassandraMaskStore implements MaskStore {
    private static final int PAGE_ROWS = 200;
    /** Cassandra's own limit: twenty years. */
    private static final long SECONDS_MAX = 630_720_000L;

    private final CassandraSession session;
    private final int generation;
    private final InstantSource clock;
    private final PreparedStatement write;
    private final PreparedStatement read;
    private final PreparedStatement remove;

    /** Prepares its statements, for one placement generation. Blocks: only for the start. */
    public CassandraMaskStore(CassandraSession session, int generation, InstantSource clock) {
        this.session = session;
        this.generation = generation;
        this.clock = clock;
        write = session.prepareWrite(
                "INSERT INTO %s.masks (generation, shard, epoch, sequence, data) VALUES (?, ?, ?, ?, ?) USING TTL ?");
        read = session.prepareRead(
                "SELECT epoch, sequence, data FROM %s.masks WHERE generation = ? AND shard = ?", PAGE_ROWS);
        remove = session.prepareWrite(
                "DELETE FROM %s.masks WHERE generation = ? AND shard = ? AND epoch = ? AND sequence = ?");
    }

    @Override
    public CompletionStage<Void> write(int shard, StoredMask mask, long expiryMillis) {
        long seconds = Math.min(SECONDS_MAX, Math.floorDiv(expiryMillis - clock.millis(), 1000L));
        if (seconds < 1) {
            return CompletableFuture.completedStage(null);
        }
        return session.write(
                write.bind(generation, shard, mask.epoch(), mask.sequence(), mask.data(), (int) seconds),
                "write a mask of shard " + shard);
    }

    @Override
    public CompletionStage<List<StoredMask>> read(int shard) {
        List<StoredMask> found = new ArrayList<>();
        return session.read(List.of(read.bind(generation, shard)), "read the masks of shard " + shard, row -> {
                    ByteBuffer data = row.getByteBuffer(2);
                    if (data != null) {
                        found.add(new StoredMask(row.getLong(0), row.getInt(1), data));
                    }
                })
                .thenApply(done -> List.copyOf(found));
    }

    @Override
    public CompletionStage<Void> remove(int shard, Collection<StoredMask> masks) {
        List<CompletionStage<Void>> deletes = new ArrayList<>();
        for (StoredMask each : masks) {
            deletes.add(session.write(
                    remove.bind(generation, shard, each.epoch(), each.sequence()),
                    "take a mask of shard " + shard + " away"));
        }
        return CassandraSession.all(deletes);
    }
}
