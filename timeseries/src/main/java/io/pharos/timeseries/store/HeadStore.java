package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The heads of a shard's checkpoints, packed in parts. Failures are {@link StoreUnavailableException}. */
public interface HeadStore {
    /** Writes a part (from 0) at quorum; durable when complete. Parts of one checkpoint may be written in any order. */
    CompletionStage<Void> write(int shard, CheckpointId checkpoint, int part, ByteBuffer blob);

    /** Reads the parts in order; called by one thread at a time. */
    CompletionStage<Void> read(int shard, CheckpointId checkpoint, Consumer<ByteBuffer> consumer);

    /** Deletes a checkpoint's heads whole. Idempotent. */
    CompletionStage<Void> delete(int shard, CheckpointId checkpoint);
}
