package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Which series exist, by shard and month: blocks of hundreds of series, and one activity blob a day that says which of them
 * lived. Failures are {@link StoreUnavailableException}.
 */
public interface CatalogueStore {
    /** Writes a block under a number that the owner never uses twice with other bytes (its epoch is part of it); durable when complete. */
    CompletionStage<Void> writeBlock(int shard, YearMonth month, long epoch, int number, ByteBuffer block);

    /** Reads the blocks of a month in order of (epoch, number). */
    CompletionStage<Void> readBlocks(int shard, YearMonth month, Consumer<ByteBuffer> consumer);

    /** Replaces the activity of a day as an epoch saw it; readers unite the blobs of all epochs. */
    CompletionStage<Void> writeActivity(int shard, LocalDate day, long epoch, ByteBuffer activity);

    /** Reads the activity of a month's days, one call for each day and epoch. */
    CompletionStage<Void> readActivity(int shard, YearMonth month, BiConsumer<LocalDate, ByteBuffer> consumer);
}
