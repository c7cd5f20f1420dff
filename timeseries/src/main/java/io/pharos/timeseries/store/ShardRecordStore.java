package io.pharos.timeseries.store;

import java.util.concurrent.CompletionStage;

/**
 * Shard records, changed only by compare-and-set on epoch and checkpoint. Both methods are linearizable for one shard. A stage fails with
 * {@link StoreUnavailableException}; a failed {@link #replace} may or may not have had its effect: read again.
 */
public interface ShardRecordStore {
    /** Reads serially; {@link ShardRecord#unowned} where there is no record. */
    CompletionStage<ShardRecord> read(int shard);

    /**
     * Writes {@code next} if the stored record still has the epoch and the checkpoint of {@code expected} ({@link
     * ShardRecord#unowned} also stands for no record). Both count: within an epoch the owner moves the checkpoint, and a writer that
     * knew only the one before would bring heads back that are deleted.
     *
     * @return whether it was written
     */
    CompletionStage<Boolean> replace(ShardRecord expected, ShardRecord next);
}
