package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.MASKS;

import io.pharos.timeseries.store.Copies;
import io.pharos.timeseries.store.MaskStore;
import io.pharos.timeseries.store.StoredMask;
import io.pharos.timeseries.store.memory.InMemoryState.MaskKey;
import io.pharos.timeseries.store.memory.InMemoryState.MaskRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Masks in memory. */
record InMemoryMaskStore(InMemoryState state, InMemoryStores.Client client) implements MaskStore {
    @Override
    public CompletionStage<Void> write(int shard, StoredMask mask, long expiryMillis) {
        return client.run(
                StoreOperation.of(MASKS, "write", shard, mask.epoch(), mask.sequence(), expiryMillis), (Runnable)
                        () -> state.masks.put(
                                new MaskKey(shard, mask.epoch(), mask.sequence()),
                                new MaskRow(Copies.of(mask.data()), expiryMillis)));
    }

    @Override
    public CompletionStage<List<StoredMask>> read(int shard) {
        return client.run(StoreOperation.of(MASKS, "read", shard), () -> {
            state.expire();
            List<StoredMask> found = new ArrayList<>();
            state.masks.forEach((key, row) -> {
                if (key.shard() == shard) {
                    found.add(new StoredMask(
                            key.epoch(), key.sequence(), row.data().duplicate()));
                }
            });
            return List.copyOf(found);
        });
    }

    @Override
    public CompletionStage<Void> remove(int shard, Collection<StoredMask> masks) {
        List<MaskKey> gone = masks.stream()
                .map(mask -> new MaskKey(shard, mask.epoch(), mask.sequence()))
                .toList();
        return client.run(
                StoreOperation.of(MASKS, "remove", shard, gone), (Runnable) () -> gone.forEach(state.masks::remove));
    }
}
