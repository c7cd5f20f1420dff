package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * The rows of the nodes' logs: each row is a blob at a position of one incarnation. Rows live for the retention of raw data as a
 * backstop. Failures are {@link StoreUnavailableException}; a write that failed may still land later.
 */
public interface LogStore {
    /** Announces a segment; durable when complete, before the first append into it. Idempotent. */
    CompletionStage<Void> openSegment(Incarnation incarnation, int segment);

    /** Writes a row at quorum; durable when complete. Writing the same row again is harmless. The buffer is not changed. */
    CompletionStage<Void> append(Incarnation incarnation, LogPosition position, ByteBuffer blob);

    /**
     * Reads every row from a position (inclusive) to the end, in order, holes left out. The consumer is called by one thread at a
     * time and must be quick or block: rows are fetched in pages only as fast as it takes them. Its exception fails the stage.
     */
    CompletionStage<Void> read(Incarnation incarnation, LogPosition from, BiConsumer<LogPosition, ByteBuffer> consumer);

    /** Deletes a segment whole. Idempotent. */
    CompletionStage<Void> dropSegment(Incarnation incarnation, int segment);

    /** Deletes every segment of an incarnation. Idempotent. */
    CompletionStage<Void> dropAll(Incarnation incarnation);
}
