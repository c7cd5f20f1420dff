package io.pharos.timeseries.store;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Deletions, kept as long as what they hide. Failures are {@link StoreUnavailableException}. */
public interface MaskStore {
    /**
     * Writes a mask at quorum; durable when complete. Writing the same one again is harmless.
     *
     * @param expiryMillis when it goes by itself, by the clock of the store's other rows
     */
    CompletionStage<Void> write(int shard, StoredMask mask, long expiryMillis);

    /** All masks of a shard in order of (epoch, sequence), at quorum: every one whose write completed before this began. */
    CompletionStage<List<StoredMask>> read(int shard);

    /** Takes masks away that hide nothing which others do not hide. Idempotent; one that comes back is harmless. */
    CompletionStage<Void> remove(int shard, Collection<StoredMask> masks);
}
