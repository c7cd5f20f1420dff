package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.INCARNATIONS;

import io.pharos.timeseries.store.Incarnation;
import io.pharos.timeseries.store.IncarnationStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Incarnations and fences in memory. */
record InMemoryIncarnationStore(InMemoryState state, InMemoryStores.Client client) implements IncarnationStore {
    @Override
    public CompletionStage<Void> register(Incarnation incarnation) {
        return client.run(StoreOperation.of(INCARNATIONS, "register", incarnation), (Runnable)
                () -> state.alive.add(incarnation));
    }

    @Override
    public CompletionStage<Void> fence(Incarnation incarnation, int shard, long epoch) {
        return client.run(
                StoreOperation.of(INCARNATIONS, "fence", incarnation, shard, epoch), (Runnable) () -> state.fences
                        .computeIfAbsent(incarnation, key -> new HashMap<>())
                        .merge(shard, epoch, Math::max));
    }

    @Override
    public CompletionStage<Fences> read(Incarnation incarnation) {
        return client.run(
                StoreOperation.of(INCARNATIONS, "read", incarnation),
                () -> new Fences(
                        state.alive.contains(incarnation),
                        Map.copyOf(state.fences.getOrDefault(incarnation, Map.of()))));
    }

    @Override
    public CompletionStage<Set<Incarnation>> list() {
        return client.run(StoreOperation.of(INCARNATIONS, "list"), () -> {
            Set<Incarnation> all = new HashSet<>(state.alive);
            all.addAll(state.fences.keySet());
            return all;
        });
    }

    @Override
    public CompletionStage<Void> delete(Incarnation incarnation) {
        return client.run(StoreOperation.of(INCARNATIONS, "delete", incarnation), (Runnable) () -> {
            state.alive.remove(incarnation);
            state.fences.remove(incarnation);
        });
    }
}
