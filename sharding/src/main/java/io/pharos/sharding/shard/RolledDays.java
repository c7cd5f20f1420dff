package io.pharos.sharding.shard;

import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupProgressStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How far a shard is rolled up, as its owner knows it, and the marks on days whose samples came after that. Thread-safe; for one
 * epoch.
 */
public final class RolledDays {
    private static final long DAY_MILLIS = 86_400_000L;

    /*
     * A day is closed on the shard's thread at a moment when none of its samples is open or on its way to the store. A chunk of a
     * closed day that is written later marks the day, after the chunk is durable and before it counts as such: what dies
     * in between is recovered from heads and log, and comes to here again. The job forgets which days are marked after it read the
     * marks and before it reads chunks: a chunk that finds its day marked is older than what the job will read, or the mark is
     * not one of those it read and so stays.
     */

    /**
     * What is rolled up.
     *
     * @param finestMillis the finest resolution; 0 where nothing is rolled up
     * @param rawRetentionMillis a day before that is taken for closed, whatever the progress says
     * @param longestRetentionMillis after this nothing of a sample is left in any tier
     */
    public record Rules(long finestMillis, long rawRetentionMillis, long longestRetentionMillis) {
        /** Nothing is rolled up. */
        public static final Rules NONE = new Rules(0, Long.MAX_VALUE / 4, Long.MAX_VALUE / 4);
    }

    private final RollupProgressStore store;
    private final int shard;
    private final Rules rules;
    private final InstantSource clock;
    private final AtomicReference<@Nullable CompletableFuture<Map<Long, Long>>> loaded = new AtomicReference<>();
    private final ConcurrentHashMap<Long, CompletableFuture<Void>> marked = new ConcurrentHashMap<>();
    private volatile long closedUntil = Long.MIN_VALUE;

    /** Of one shard; reads nothing before it is asked. */
    public RolledDays(RollupProgressStore store, int shard, Rules rules, InstantSource clock) {
        this.store = store;
        this.shard = shard;
        this.rules = rules;
        this.clock = clock;
    }

    private CompletionStage<Map<Long, Long>> load() {
        CompletableFuture<Map<Long, Long>> known = loaded.get();
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        CompletableFuture<Map<Long, Long>> mine = new CompletableFuture<>();
        if (!loaded.compareAndSet(known, mine)) {
            return load();
        }
        CompletionStage<Map<Long, Long>> reading;
        try {
            reading = store.read(shard);
        } catch (RuntimeException refused) {
            reading = CompletableFuture.failedStage(refused);
        }
        reading.whenComplete((until, failure) -> {
            if (failure == null) {
                mine.complete(new ConcurrentHashMap<>(until));
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    /** Until when points of a resolution are made, with that time; the smallest long where none are. */
    public CompletionStage<Long> until(long resolutionMillis) {
        return load().thenApply(known -> known.getOrDefault(resolutionMillis, Long.MIN_VALUE));
    }

    /** The same where it is known already, else null. Never waits. */
    public @Nullable Long untilNow(long resolutionMillis) {
        CompletableFuture<Map<Long, Long>> known = loaded.get();
        return known == null || !known.isDone() || known.isCompletedExceptionally()
                ? null
                : known.join().getOrDefault(resolutionMillis, Long.MIN_VALUE);
    }

    /** Points of a resolution are made until then; durable when complete, and only then known to readers. */
    public CompletionStage<Void> advance(long resolutionMillis, long untilMillis) {
        return load().thenCompose(known -> store.advance(shard, resolutionMillis, untilMillis)
                .thenAccept(durable -> known.put(resolutionMillis, untilMillis)));
    }

    /** From now on chunks with samples up to then are late. The shard's thread, when there are none under way. */
    void close(long untilMillis) {
        closedUntil = Math.max(closedUntil, untilMillis);
    }

    /** What is marked from now on is marked anew; to be called after the marks were read, before chunks are. */
    public void forgetMarks() {
        marked.clear();
    }

    /** After chunks became durable: marks the closed days among theirs; durable when complete. */
    CompletionStage<Void> written(List<ChunkRow> rows) {
        if (rules.finestMillis == 0) {
            return CompletableFuture.completedStage(null);
        }
        return until(rules.finestMillis).thenCompose(until -> {
            long gone = Math.floorDiv(clock.millis() - rules.rawRetentionMillis, DAY_MILLIS) * DAY_MILLIS;
            long closed = Math.max(Math.max(until, closedUntil), gone);
            Set<Long> days = new TreeSet<>();
            for (ChunkRow row : rows) {
                // A sample at midnight belongs to the point that ends there, and so to the day before.
                long last = Math.floorDiv(Math.min(row.endMillis(), closed) - 1, DAY_MILLIS);
                for (long day = Math.floorDiv(row.startMillis() - 1, DAY_MILLIS); day <= last; day++) {
                    if (row.startMillis() <= closed) {
                        days.add(day);
                    }
                }
            }
            List<CompletableFuture<Void>> marks = new ArrayList<>();
            for (long day : days) {
                marks.add(mark(day));
            }
            return CompletableFuture.allOf(marks.toArray(CompletableFuture[]::new));
        });
    }

    /** Marks days whose samples went, each anew: whoever makes one of them now may have read it before. Durable when complete. */
    CompletionStage<Void> deleted(Set<Long> days) {
        if (rules.finestMillis == 0) {
            return CompletableFuture.completedStage(null);
        }
        List<CompletableFuture<Void>> marks = new ArrayList<>();
        for (long day : days) {
            marks.add(store.mark(shard, new RollupProgressStore.Mark(rules.finestMillis, day, UUID.randomUUID()))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(marks.toArray(CompletableFuture[]::new));
    }

    /** Days of which raw samples may be rolled up again: from the first still kept to today. */
    long[] daysKept() {
        long now = clock.millis();
        return new long[] {Math.floorDiv(now - rules.rawRetentionMillis, DAY_MILLIS), Math.floorDiv(now, DAY_MILLIS)};
    }

    /** The mark of a day, set now or on its way already: whoever needs it waits for it. */
    private CompletableFuture<Void> mark(long day) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> known = marked.putIfAbsent(day, mine);
        if (known != null) {
            return known;
        }
        store.mark(shard, new RollupProgressStore.Mark(rules.finestMillis, day, UUID.randomUUID()))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        mine.complete(null);
                    } else {
                        marked.remove(day, mine);
                        mine.completeExceptionally(failure);
                    }
                });
        return mine;
    }
}
