package io.pharos.persistence.chunk;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.pharos.persistence.session.CassandraSession;
import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.HeadStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Heads in the table {@code heads}; a checkpoint is a partition. */
public final class CassandraHeadStore implements HeadStore {
    /** Parts are 64 to 256 KiB, so that a page is about 2 MB. */
    private static final int PAGE_ROWS = 16;

    private final CassandraSession session;
    private final int generation;
    private final PreparedStatement write;
    private final PreparedStatement read;
    private final PreparedStatement delete;

    /** Prepares its statements, for one placement generation. Blocks: only for the start. */
    public CassandraHeadStore(CassandraSession session, int generation) {
        this.session = session;
        this.generation = generation;
        write = session.prepareWrite("INSERT INTO %s.heads"
                + " (generation, shard, checkpoint_epoch, checkpoint_number, part, data) VALUES (?, ?, ?, ?, ?, ?)");
        String partition = " WHERE generation = ? AND shard = ? AND checkpoint_epoch = ? AND checkpoint_number = ?";
        read = session.prepareRead("SELECT data FROM %s.heads" + partition, PAGE_ROWS);
        delete = session.prepareWrite("DELETE FROM %s.heads" + partition);
    }

    @Override
    public CompletionStage<Void> write(int shard, CheckpointId checkpoint, int part, ByteBuffer blob) {
        return session.write(
                write.bind(generation, shard, checkpoint.epoch(), checkpoint.number(), part, blob),
                "write part " + part + " of " + checkpoint + " of shard " + shard);
    }

    @Override
    public CompletionStage<Void> read(int shard, CheckpointId checkpoint, Consumer<ByteBuffer> consumer) {
        return session.read(
                List.of(read.bind(generation, shard, checkpoint.epoch(), checkpoint.number())),
                "read " + checkpoint + " of shard " + shard,
                row -> {
                    ByteBuffer blob = row.getByteBuffer(0);
                    if (blob != null) {
                        consumer.accept(blob);
                    }
                });
    }

    @Override
    public CompletionStage<Void> delete(int shard, CheckpointId checkpoint) {
        return session.write(
                delete.bind(generation, shard, checkpoint.epoch(), checkpoint.number()),
                "delete " + checkpoint + " of shard " + shard);
    }
}
