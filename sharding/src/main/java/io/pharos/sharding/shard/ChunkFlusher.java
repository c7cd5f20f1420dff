package io.pharos.sharding.shard;

import io.pharos.sharding.recovery.RecoveredShard.Unflushed.Waiting;
import io.pharos.sharding.series.HotChunk;
import io.pharos.sharding.series.SeriesMemory;
import io.pharos.sharding.series.SeriesSlot;
import io.pharos.timeseries.store.ChunkRow;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Takes what the series of a shard sealed and makes it durable, one write at a time; a failed write is tried again. Only a
 * chunk that is durable may be left out of the next heads. The shard's thread only.
 */
final class ChunkFlusher implements SeriesMemory.Sealer {
    private final ShardContext context;
    private final int shard;
    private final long epoch;
    private final BiConsumer<SeriesSlot, RuntimeException> onSeriesFailed;
    private final Activity activity;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private List<Waiting> writing = List.of();
    private int sequence;
    private long hotBytes;
    private long sealedCount;
    private long writtenCount;

    ChunkFlusher(
            ShardContext context,
            int shard,
            long epoch,
            int lastSequence,
            Activity activity,
            BiConsumer<SeriesSlot, RuntimeException> onSeriesFailed) {
        this.context = context;
        this.shard = shard;
        this.epoch = epoch;
        this.sequence = lastSequence;
        this.activity = activity;
        this.onSeriesFailed = onSeriesFailed;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public int nextSequence() {
        return ++sequence;
    }

    @Override
    public void sealed(SeriesSlot slot, HotChunk chunk) {
        waiting.add(new Waiting(slot, chunk));
        sealedCount++;
        // A chunk never crosses a day.
        activity.lived(slot, Math.floorDiv(chunk.startMillis(), 86_400_000L));
        hotBytes += chunk.memoryBytes();
        context.hot().add(chunk.memoryBytes());
    }

    @Override
    public void evicted(int bytes) {
        hotBytes -= bytes;
        context.hot().add(-bytes);
    }

    @Override
    public void loaded(int bytes) {
        hotBytes += bytes;
        context.hot().add(bytes);
    }

    @Override
    public void failed(SeriesSlot slot, RuntimeException cause) {
        onSeriesFailed.accept(slot, cause);
    }

    /** Whether every sealed chunk is durable. */
    boolean idle() {
        return waiting.isEmpty() && writing.isEmpty();
    }

    /** Whether a chunk that begins at or before a time is not durable yet. */
    boolean holds(long untilMillis) {
        for (Waiting each : waiting) {
            if (each.chunk().startMillis() <= untilMillis) {
                return true;
            }
        }
        for (Waiting each : writing) {
            if (each.chunk().startMillis() <= untilMillis) {
                return true;
            }
        }
        return false;
    }

    /** The next rows to write, or none while a write is under way or nothing waits. */
    List<ChunkRow> next() {
        if (!writing.isEmpty() || waiting.isEmpty()) {
            return List.of();
        }
        int count = Math.min(waiting.size(), context.settings().flushRows());
        writing = new ArrayList<>(count);
        List<ChunkRow> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Waiting next = waiting.remove();
            writing.add(next);
            HotChunk chunk = next.chunk();
            rows.add(new ChunkRow(
                    next.slot().metricHash(),
                    next.slot().id(),
                    chunk.startMillis(),
                    chunk.endMillis(),
                    epoch,
                    chunk.sequence(),
                    ByteBuffer.wrap(chunk.bytes()).asReadOnlyBuffer()));
        }
        return rows;
    }

    /** Shard the rows belong to. */
    int shard() {
        return shard;
    }

    /** How many chunks were sealed in this epoch. */
    long sealedCount() {
        return sealedCount;
    }

    /** How many of them are durable: they become so in the order they were sealed in. */
    long writtenCount() {
        return writtenCount;
    }

    /** The write completed. */
    void written() {
        for (Waiting done : writing) {
            done.chunk().becomeDurable();
        }
        context.metrics().flushed(writing.size());
        writtenCount += writing.size();
        writing = List.of();
    }

    /** The write failed: its rows wait again, and may be written twice, which readers do not see. */
    void notWritten() {
        for (int i = writing.size() - 1; i >= 0; i--) {
            waiting.addFirst(writing.get(i));
        }
        writing = List.of();
    }

    /** The shard ends: its chunks leave the node's budget. */
    void close() {
        context.hot().add(-hotBytes);
        hotBytes = 0;
    }
}
