package io.pharos.sharding.cold;

import io.pharos.timeseries.store.RollupProgressStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Progress as who rolls up sees it, with the cold tier behind: a day that was rolled up again, since samples came late, is marked for
 * the cold tier before its mark is taken away. So nothing is missed, whatever dies.
 */
public final class ColdMarks implements RollupProgressStore {
    /** The resolution of marks for the cold tier: raw samples. */
    static final long RAW = 0;

    private final RollupProgressStore store;

    /** Over a store. */
    public ColdMarks(RollupProgressStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Map<Long, Long>> read(int shard) {
        return store.read(shard);
    }

    @Override
    public CompletionStage<Void> advance(int shard, long epoch, long resolutionMillis, long untilMillis) {
        return store.advance(shard, epoch, resolutionMillis, untilMillis);
    }

    @Override
    public CompletionStage<Void> mark(int shard, Mark mark) {
        return store.mark(shard, mark);
    }

    @Override
    public CompletionStage<List<Mark>> marks(int shard) {
        return store.marks(shard)
                .thenApply(all -> all.stream()
                        .filter(mark -> mark.resolutionMillis() != RAW)
                        .toList());
    }

    @Override
    public CompletionStage<Void> unmark(int shard, Collection<Mark> marks) {
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        marks.stream()
                .filter(Mark::isDue)
                .mapToLong(Mark::day)
                .distinct()
                .forEach(day -> kept.add(
                        store.mark(shard, new Mark(RAW, day, UUID.randomUUID())).toCompletableFuture()));
        return CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new))
                .thenCompose(durable -> store.unmark(shard, marks));
    }
}
