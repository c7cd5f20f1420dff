package io.pharos.timeseries.store;

import io.pharos.timeseries.labels.SeriesId;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sealed raw chunks, in classes by how long they are kept ({@link StorageTiers}): a class is chosen where a chunk is written, and
 * whoever reads gets those of all classes, also of such as a store had when it was opened with other tiers. Only a shard's owner reads and writes them; a write that another one has under way still may land late. Failures
 * are {@link StoreUnavailableException}.
 */
public interface ChunkStore {
    /**
     * To be called by a new owner, once no older one can acknowledge or checkpoint any more and before anything is read or written:
     * what an adapter remembers of the shard may be wrong. Complete when what is read next has all that was durable before the call.
     */
    CompletionStage<Void> taken(int shard);

    /** Writes rows of one shard at quorum into the common class; all are durable when complete. The adapter batches by partition. */
    CompletionStage<Void> write(int shard, List<ChunkRow> rows);

    /**
     * The same into a class.
     *
     * @param retentionMillis which one: how long its chunks are kept after they were written, and after their last sample
     */
    CompletionStage<Void> write(int shard, long retentionMillis, List<ChunkRow> rows);

    /**
     * Reads the chunks of one metric that overlap a time range, in no particular order; called by one thread at a time, paged as
     * fast as the consumer takes rows. Its exception ends the read and fails the stage. A row that was written again after a
     * failure, or into another class, may come twice.
     *
     * @param series only these series; null for all of the metric
     * @param fromMillis inclusive
     * @param toMillis inclusive
     */
    CompletionStage<Void> read(
            int shard,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer);

    /** Lists the series with chunks on a UTC day (since 1970), each once, in order of metric and id; as the consumer takes them. */
    CompletionStage<Void> series(int shard, long day, Consumer<StoredSeries> consumer);
}
