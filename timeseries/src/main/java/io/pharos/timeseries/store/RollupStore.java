package io.pharos.timeseries.store;

import io.pharos.timeseries.labels.SeriesId;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rolled-up points, a table a tier, each row a piece of one series. Start and end of a {@link ChunkRow} are here the times of its
 * first and last point. A row lives until its last point is as old as the tier's retention. Reading a tier also gives what lives of
 * tiers of its resolution that the store had when it was opened with others, and has no longer. Failures are {@link
 * StoreUnavailableException}.
 */
public interface RollupStore {
    /**
     * Writes rows of one shard at quorum; all are durable when complete. What is too old to be kept is left out. A row may not
     * cross two of the tier's partitions.
     */
    CompletionStage<Void> write(int shard, RollupTier tier, List<ChunkRow> rows);

    /**
     * Reads the rows of one metric that overlap a time range, in no particular order; called by one thread at a time, paged as fast
     * as the consumer takes rows. Its exception ends the read and fails the stage. A row that was written again after a failure may
     * come twice.
     *
     * @param series only these series; null for all of the metric
     * @param fromMillis inclusive
     * @param toMillis inclusive
     */
    CompletionStage<Void> read(
            int shard,
            RollupTier tier,
            long metricHash,
            @Nullable SortedSet<SeriesId> series,
            long fromMillis,
            long toMillis,
            Consumer<ChunkRow> consumer);

    /** Lists the series with rows in the partition that begins with a UTC day (since 1970), each once, in order of metric and id. */
    CompletionStage<Void> series(int shard, RollupTier tier, long firstDay, Consumer<StoredSeries> consumer);
}
