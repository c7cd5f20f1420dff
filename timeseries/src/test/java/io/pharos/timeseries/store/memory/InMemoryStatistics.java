package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.STATISTICS;

import io.pharos.timeseries.store.StorageStatistics;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Bytes held in memory, by table. */
record InMemoryStatistics(InMemoryState state, InMemoryStores.Client client) implements StorageStatistics {
    @Override
    public CompletionStage<Map<String, Long>> bytesByTable() {
        return client.run(
                StoreOperation.of(STATISTICS, "bytesByTable"),
                () -> Map.of(
                        "log",
                        bytes(state.logs.values().stream().flatMap(rows -> rows.values().stream())),
                        "heads",
                        bytes(state.heads.values().stream().flatMap(parts -> parts.values().stream())),
                        "chunks",
                        bytes(state.chunks.values().stream().map(row -> row.chunk())),
                        "rollups",
                        bytes(state.rollups.values().stream().map(row -> row.chunk())),
                        "catalogue",
                        bytes(Stream.concat(state.blocks.values().stream(), state.activity.values().stream()))));
    }

    private static long bytes(Stream<ByteBuffer> blobs) {
        return blobs.mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public CompletionStage<Void> flush() {
        return client.run(StoreOperation.of(STATISTICS, "flush"), (Runnable) () -> {});
    }
}
