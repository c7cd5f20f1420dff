package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Exemplars in blobs, a metric's beside each other in its shard's day. Failures are {@link StoreUnavailableException}. */
public interface ExemplarStore {
    /** Writes rows of one shard at quorum; all are durable when complete. What is over already is left out. */
    CompletionStage<Void> write(int shard, List<ExemplarRow> rows);

    /**
     * Reads the rows that may have something of a time range (some have nothing: who reads looks at each exemplar), in no particular
     * order; called by one thread at a time, paged as fast as the consumer takes them. Its exception ends the read and fails
     * the stage. A partition a day is looked at, so the range should be of days, not of years.
     *
     * @param metrics hashes of the metrics wanted; null for all
     * @param fromMillis inclusive
     * @param toMillis inclusive
     * @param consumer takes the data of each row
     */
    CompletionStage<Void> read(
            int shard,
            @Nullable SortedSet<Long> metrics,
            long fromMillis,
            long toMillis,
            Consumer<ByteBuffer> consumer);
}
