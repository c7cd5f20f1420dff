package io.pharos.timeseries.store.memory;

import static io.pharos.timeseries.store.memory.StoreOperation.Port.ROLLUP_PROGRESS;

import io.pharos.timeseries.store.RollupProgressStore;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Progress and marks in memory. */
record InMemoryRollupProgressStore(InMemoryState state, InMemoryStores.Client client) implements RollupProgressStore {
    @Override
    public CompletionStage<Map<Long, Long>> read(int shard) {
        return client.run(
                StoreOperation.of(ROLLUP_PROGRESS, "read", shard),
                () -> Map.copyOf(state.rolledUntil.getOrDefault(shard, Map.of())));
    }

    @Override
    public CompletionStage<Void> advance(int shard, long resolutionMillis, long untilMillis) {
        return client.run(
                StoreOperation.of(ROLLUP_PROGRESS, "advance", shard, resolutionMillis, untilMillis),
                (Runnable) () -> state.rolledUntil
                        .computeIfAbsent(shard, added -> new HashMap<>())
                        .put(resolutionMillis, untilMillis));
    }

    @Override
    public CompletionStage<Void> mark(int shard, Mark mark) {
        return client.run(StoreOperation.of(ROLLUP_PROGRESS, "mark", shard, mark), (Runnable) () ->
                state.marks.computeIfAbsent(shard, added -> new HashSet<>()).add(mark));
    }

    @Override
    public CompletionStage<List<Mark>> marks(int shard) {
        return client.run(
                StoreOperation.of(ROLLUP_PROGRESS, "marks", shard),
                () -> state.marks.getOrDefault(shard, Set.of()).stream()
                        .sorted(Comparator.comparingLong(Mark::resolutionMillis).thenComparingLong(Mark::day))
                        .toList());
    }

    @Override
    public CompletionStage<Void> unmark(int shard, Collection<Mark> marks) {
        List<Mark> gone = List.copyOf(marks);
        return client.run(StoreOperation.of(ROLLUP_PROGRESS, "unmark", shard, gone), (Runnable)
                () -> gone.forEach(state.marks.getOrDefault(shard, new HashSet<>())::remove));
    }
}
