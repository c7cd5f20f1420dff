package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.HEADS;

import io.pharos.timeseries.store.CheckpointId;
import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.HeadStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Heads in memory. */
record InMemoryHeadStore(InMemoryState state, InMemoryStores.Client client) implements HeadStore {
    @Override
    public CompletionStage<Void> write(int shard, CheckpointId checkpoint, int part, ByteBuffer blob) {
        ByteBuffer copy = Copies.of(blob);
        return client.run(StoreOperation.of(HEADS, "write", shard, checkpoint, part, copy), (Runnable) () -> state.heads
                .computeIfAbsent(new InMemoryState.HeadKey(shard, checkpoint), key -> new TreeMap<>())
                .put(part, copy));
    }

    @Override
    public CompletionStage<Void> read(int shard, CheckpointId checkpoint, Consumer<ByteBuffer> consumer) {
        return client.<List<ByteBuffer>>read(
                StoreOperation.of(HEADS, "read", shard, checkpoint),
                () -> List.copyOf(state.heads
                        .getOrDefault(new InMemoryState.HeadKey(shard, checkpoint), new TreeMap<>())
                        .values()),
                parts -> {
                    parts.forEach(part -> consumer.accept(part.duplicate()));
                });
    }

    @Override
    public CompletionStage<Void> delete(int shard, CheckpointId checkpoint) {
        return client.run(StoreOperation.of(HEADS, "delete", shard, checkpoint), (Runnable)
                () -> state.heads.remove(new InMemoryState.HeadKey(shard, checkpoint)));
    }
}
