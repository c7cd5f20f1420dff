package io.pharos.persistence.chunk;

import io.pharos.persistence.slice.Placement;
import io.pharos.persistence.slice.SliceKey;
import io.pharos.persistence.slice.SliceRecord;
import io.pharos.persistence.slice.SliceSizes;
import io.pharos.timeseries.store.ChunkRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The placement of a shard with what of it is durable. Thread-safe. */
final class ShardSlices {
    /** A partition, but for its generation and shard. */
    record Part(long day, int slice) {}

    /**
     * Rows by partition.
     *
     * @param recorded complete when the rows may be written; a failure makes the placement useless
     */
    record Placed(Map<Part, List<ChunkRow>> rows, CompletionStage<Void> recorded) {}

    private final Placement placement;
    private final Function<Map<Long, SliceRecord>, CompletionStage<Void>> append;
    private CompletableFuture<Void> recorded = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> settled = CompletableFuture.completedFuture(null);
    private boolean retired;

    /** Over a loaded placement; {@code append} makes records durable. */
    ShardSlices(Placement placement, Function<Map<Long, SliceRecord>, CompletionStage<Void>> append) {
        this.placement = placement;
        this.append = append;
    }

    Placement placement() {
        return placement;
    }

    /**
     * Finds a partition for each row, and writes the records that say so; null once it is retired, when another one has to be asked.
     *
     * @param expiryMillis when a row expires
     */
    synchronized @Nullable Placed place(
            List<ChunkRow> rows, LongUnaryOperator dayOf, ToLongFunction<ChunkRow> expiryMillis, long nowMillis) {
        if (retired) {
            return null;
        }
        Map<Part, List<ChunkRow>> placed = new LinkedHashMap<>();
        for (ChunkRow row : rows) {
            long day = dayOf.applyAsLong(row.startMillis());
            int slice = placement.place(
                    day,
                    SliceKey.of(row.metricHash(), row.series()),
                    row.chunk().remaining() + SliceSizes.ROW_BYTES,
                    expiryMillis.applyAsLong(row));
            placed.computeIfAbsent(new Part(day, slice), added -> new ArrayList<>())
                    .add(row);
        }
        Map<Long, SliceRecord> records = placement.takeRecords();
        if (!records.isEmpty()) {
            // Also behind the records that others wait for: these rows may lie in slices that only those tell of.
            CompletableFuture<Void> now;
            try {
                now = append.apply(records).toCompletableFuture();
            } catch (RuntimeException refused) {
                now = CompletableFuture.failedFuture(refused);
            }
            recorded = CompletableFuture.allOf(recorded, now);
            settled = CompletableFuture.allOf(settled, now.handle((done, failure) -> null));
            placement.expire(nowMillis);
        }
        return new Placed(placed, recorded);
    }

    /**
     * Places no row from here on. Complete, never with a failure, when no record is under way any more: who reads the records then has
     * all that rows can be written by.
     */
    synchronized CompletableFuture<Void> retire() {
        retired = true;
        return settled;
    }
}
