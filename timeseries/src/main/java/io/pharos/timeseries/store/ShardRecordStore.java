package io.pharos.timeseries.store;

import java.util.concurrent.CompletionStage;

/**
 * Shard records, changed only by compare-and-set on the epoch. Both methods are linearizable for one shard. A stage fails with
 * {@link StoreUnavailableException}; a failed {@link #replace} may or may not have had its effect: read again.
 */
public interface ShardRecordStore {
    /** Reads serially; {@link ShardRecord#unowned} where there is no record. */
    CompletionStage<ShardRecord> read(int shard);

    /**
     * Writes {@code next} if the stored epoch still is {@code expectedEpoch} (0 also stands for no record).
     *
     * @return whether it was written
     */
    CompletionStage<Boolean> replace(long expectedEpoch, ShardRecord next);
}
