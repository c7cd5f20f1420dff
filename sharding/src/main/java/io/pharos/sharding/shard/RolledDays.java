package io.pharos.sharding.shard;

import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.RollupProgressStore;
import io.pharos.timeseries.store.RollupProgressStore.Mark;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
     * @param resolutions in milliseconds, finest first; empty where nothing is rolled up
     * @param rawRetentionMillis a day before that is taken for closed, whatever the progress says
     * @param longestRetentionMillis after this nothing of a sample is left in any tier
     */
    public record Rules(List<Long> resolutions, long rawRetentionMillis, long longestRetentionMillis) {
        /** Nothing is rolled up. */
        public static final Rules NONE = new Rules(List.of(), Long.MAX_VALUE / 4, Long.MAX_VALUE / 4);

        /** Copies the list. */
        public Rules {
            resolutions = List.copyOf(resolutions);
        }

        /** The finest resolution; 0 where nothing is rolled up. */
        long finestMillis() {
            return resolutions.isEmpty() ? 0 : resolutions.get(0);
        }
    }

    private final RollupProgressStore store;
    private final int shard;
    private final long epoch;
    private final Rules rules;
    private final InstantSource clock;
    private final Once<ConcurrentHashMap<Long, Long>> loaded = new Once<>(this::load);
    private final Once<Void> claimed = new Once<>(this::claim);
    private final UnmadeDays unmade = new UnmadeDays();
    private final ConcurrentHashMap<Long, CompletableFuture<Void>> marked = new ConcurrentHashMap<>();
    private volatile long closedUntil = Long.MIN_VALUE;

    /**
     * Of one shard; reads nothing before it is asked.
     *
     * @param epoch of the owner
     */
    public RolledDays(RollupProgressStore store, int shard, long epoch, Rules rules, InstantSource clock) {
        this.store = store;
        this.shard = shard;
        this.epoch = epoch;
        this.rules = rules;
        this.clock = clock;
    }

    private CompletionStage<ConcurrentHashMap<Long, Long>> load() {
        // Marks first: what is marked after that either comes to be known here, or is of a former owner, whose chunks
        // are
        // known by then.
        return store.marks(shard)
                .thenCompose(marks -> {
                    unmade.add(marks);
                    return store.read(shard);
                })
                .thenApply(ConcurrentHashMap::new);
    }

    /** Writes down what was found: what a former owner writes from here on does not count any more. */
    private CompletionStage<Void> claim() {
        return loaded.get().thenCompose(known -> {
            List<CompletableFuture<Void>> writes = new ArrayList<>();
            for (long resolution : rules.resolutions) {
                writes.add(store.advance(shard, epoch, resolution, known.getOrDefault(resolution, 0L))
                        .toCompletableFuture());
            }
            return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
        });
    }

    /** Until when points of a resolution are made, with that time; the smallest long where none are. */
    public CompletionStage<Long> until(long resolutionMillis) {
        return loaded.get().thenApply(known -> known.getOrDefault(resolutionMillis, Long.MIN_VALUE));
    }

    /** The same where it is known already, else null. Never waits. */
    public @Nullable Long untilNow(long resolutionMillis) {
        ConcurrentHashMap<Long, Long> known = loaded.now();
        return known == null ? null : known.getOrDefault(resolutionMillis, Long.MIN_VALUE);
    }

    /** Days that are due again, and days that could not be made, as far as this owner knows once it has loaded. */
    public CompletionStage<List<Mark>> unmade() {
        return loaded.get().thenApply(known -> unmade.all());
    }

    /** Points of a resolution are made until then; durable when complete, and only then known to readers. */
    public CompletionStage<Void> advance(long resolutionMillis, long untilMillis) {
        return claimed.get()
                .thenCompose(done -> loaded.get()
                        .thenCompose(known -> store.advance(shard, epoch, resolutionMillis, untilMillis)
                                .thenAccept(durable -> known.put(resolutionMillis, untilMillis))));
    }

    /** Remembers that points of some days could not be made, each under an id of its own; durable when complete. */
    public CompletionStage<Void> lost(Collection<Mark> days) {
        List<CompletableFuture<Void>> marks = new ArrayList<>();
        for (Mark day : days) {
            marks.add(keep(day).toCompletableFuture());
        }
        return CompletableFuture.allOf(marks.toArray(CompletableFuture[]::new));
    }

    /** Marks that were found in the store. */
    public void found(Collection<Mark> marks) {
        unmade.add(marks);
    }

    /** Marks that are no longer there: their days were rolled up after they were read. */
    public void unmarked(Collection<Mark> marks) {
        unmade.remove(marks);
    }

    private CompletionStage<Void> keep(Mark mark) {
        // Known before it is durable: a reader that is told too early is told no lie.
        unmade.add(List.of(mark));
        return store.mark(shard, mark).whenComplete((durable, failure) -> {
            if (failure != null) {
                unmade.remove(List.of(mark)); // where it lands after all, it is found in the store
            }
        });
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
        if (rules.finestMillis() == 0) {
            return CompletableFuture.completedStage(null);
        }
        // A chunk is left unmarked because of what is known here, so that has to stay true.
        return claimed.get().thenCompose(mine -> until(rules.finestMillis())).thenCompose(until -> {
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
        if (rules.finestMillis() == 0) {
            return CompletableFuture.completedStage(null);
        }
        List<CompletableFuture<Void>> marks = new ArrayList<>();
        for (long day : days) {
            marks.add(
                    keep(new Mark(rules.finestMillis(), day, UUID.randomUUID())).toCompletableFuture());
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
        keep(new Mark(rules.finestMillis(), day, UUID.randomUUID())).whenComplete((done, failure) -> {
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
