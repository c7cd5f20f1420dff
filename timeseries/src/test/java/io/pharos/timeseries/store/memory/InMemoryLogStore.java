package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.LOGS;

import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.LogPosition;
import io.pharos.timeseries.store.LogStore;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Logs in memory; rows in a segment that was not announced, or was dropped before they landed, are never read. */
record InMemoryLogStore(InMemoryState state, InMemoryStores.Client client) implements LogStore {
    @Override
    public CompletionStage<Void> openSegment(Incarnation incarnation, int segment) {
        return client.run(StoreOperation.of(LOGS, "openSegment", incarnation, segment), (Runnable) () -> state.segments
                .computeIfAbsent(incarnation, key -> new TreeSet<>())
                .add(segment));
    }

    @Override
    public CompletionStage<Void> append(Incarnation incarnation, LogPosition position, ByteBuffer blob) {
        ByteBuffer copy = Copies.of(blob);
        return client.run(StoreOperation.of(LOGS, "append", incarnation, position, copy), (Runnable) () ->
                state.logs.computeIfAbsent(incarnation, key -> new TreeMap<>()).put(position, copy));
    }

    @Override
    public CompletionStage<Void> read(
            Incarnation incarnation, LogPosition from, BiConsumer<LogPosition, ByteBuffer> consumer) {
        return client.<Map<LogPosition, ByteBuffer>>read(
                StoreOperation.of(LOGS, "read", incarnation, from),
                () -> {
                    Set<Integer> open = Set.copyOf(state.segments.getOrDefault(incarnation, Set.of()));
                    TreeMap<LogPosition, ByteBuffer> rows = new TreeMap<>(state.logs
                            .getOrDefault(incarnation, new TreeMap<>())
                            .tailMap(from, true));
                    rows.keySet().removeIf(position -> !open.contains(position.segment()));
                    return rows;
                },
                rows -> {
                    rows.forEach((position, blob) -> consumer.accept(position, blob.duplicate()));
                });
    }

    @Override
    public CompletionStage<Void> dropSegment(Incarnation incarnation, int segment) {
        return client.run(StoreOperation.of(LOGS, "dropSegment", incarnation, segment), (Runnable) () -> {
            state.segments.getOrDefault(incarnation, new TreeSet<>()).remove(segment);
            state.logs
                    .getOrDefault(incarnation, new TreeMap<>())
                    .keySet()
                    .removeIf(position -> position.segment() == segment);
        });
    }

    @Override
    public CompletionStage<Void> dropAll(Incarnation incarnation) {
        return client.run(StoreOperation.of(LOGS, "dropAll", incarnation), (Runnable) () -> {
            state.segments.remove(incarnation);
            state.logs.remove(incarnation);
        });
    }
}
