package io.pharos.sharding.shard;

import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.ChunkStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;

/** Chunks by the class they are written into: how long the store keeps them. */
record ClassedRows(List<ChunkRow> all, List<ChunkRow> common, Map<Long, List<ChunkRow>> others) {
    /** All of the common class. */
    static ClassedRows ofCommon(List<ChunkRow> rows) {
        return new ClassedRows(rows, rows, Map.of());
    }

    /** By what a function says of each. */
    static ClassedRows of(List<ChunkRow> rows, long commonMillis, ToLongFunction<ChunkRow> keptMillis) {
        List<ChunkRow> common = new ArrayList<>(rows.size());
        Map<Long, List<ChunkRow>> others = new TreeMap<>();
        for (ChunkRow row : rows) {
            long kept = keptMillis.applyAsLong(row);
            (kept == commonMillis ? common : others.computeIfAbsent(kept, added -> new ArrayList<>())).add(row);
        }
        return new ClassedRows(rows, common, others);
    }

    /** Writes all at once; complete when all are durable. */
    CompletionStage<Void> write(ChunkStore chunks, int shard) {
        if (others.isEmpty()) {
            return chunks.write(shard, common);
        }
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        if (!common.isEmpty()) {
            writes.add(chunks.write(shard, common).toCompletableFuture());
        }
        others.forEach(
                (kept, rows) -> writes.add(chunks.write(shard, kept, rows).toCompletableFuture()));
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
    }
}
