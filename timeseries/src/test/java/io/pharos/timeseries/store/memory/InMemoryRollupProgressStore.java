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
        return client.run(StoreOperation.of(ROLLUP_PROGRESS, "read", shard), () -> {
            Map<Long, Long> until = new HashMap<>();
            state.rolledUntil.getOrDefault(shard, Map.of()).forEach((resolution, progress) -> {
                if (progress.untilMillis() > 0) {
                    until.put(resolution, progress.untilMillis());
                }
            });
            return Map.copyOf(until);
        });
    }

    @Override
    public CompletionStage<Void> advance(int shard, long epoch, long resolutionMillis, long untilMillis) {
        return client.run(
                StoreOperation.of(ROLLUP_PROGRESS, "advance", shard, epoch, resolutionMillis, untilMillis),
                (Runnable) () -> state.rolledUntil
                        .computeIfAbsent(shard, added -> new HashMap<>())
                        .merge(resolutionMillis, new Progress(epoch, untilMillis), Progress::later));
    }

    /** What one owner wrote. */
    record Progress(long epoch, long untilMillis) {
        private static Progress later(Progress one, Progress other) {
            return Comparator.comparingLong(Progress::epoch)
                                    .thenComparingLong(Progress::untilMillis)
                                    .compare(one, other)
                            >= 0
                    ? one
                    : other;
        }
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
