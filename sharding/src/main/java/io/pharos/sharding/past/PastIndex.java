package io.pharos.sharding.past;

import io.pharos.promql.query.QueryException;
import io.pharos.sharding.shard.OpenShard;
import io.pharos.timeseries.store.CatalogueStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The months of the catalogue before those that the owner of a shard holds, of all shards of a node: read when a question reaches
 * so far back, kept under one budget, and forgotten with the shard. Any thread; nothing blocks.
 */
public final class PastIndex {
    /*
     * A month is read once for all that ask for it, and holds what no series of the live index is. Nothing has to be read again until
     * series leave the live index: whatever the epoch itself adds to an older month, an import or late samples, is of a series that is in
     * the live index from then on, with its days; and what earlier epochs acknowledged was durable before this one began.
     *
     * Four months are read at a time, each up to a quarter of the budget, and what was not asked for longest makes room while they
     * grow. So the budget holds at every moment; what a question copies out of it, it counts itself.
     */
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int LOADS_MAX = 4;
    /** Of a series that a question found: its labels' array and id and their place in a map; strings are the month's. */
    private static final long FOUND_BYTES = 256;

    private record Key(int shard, long epoch, int generation, YearMonth month) {
        static Key of(OpenShard shard, YearMonth month) {
            return new Key(shard.shard(), shard.epoch(), shard.table().generation(), month);
        }

        /** Whether this is of the same shard before the other, or another epoch of it. */
        boolean isOutdatedBy(Key now) {
            return shard == now.shard && (epoch != now.epoch || generation != now.generation);
        }
    }

    /** A month that is held, or on its way. */
    private static final class Held {
        final CompletableFuture<PastMonth> month = new CompletableFuture<>();
        boolean whole;
        long bytes;
    }

    private final CatalogueStore catalogue;
    private final InstantSource clock;
    private final long keptMillis;
    private final long bytesMax;
    private final PastMetrics metrics;
    private final LinkedHashMap<Key, Held> held = new LinkedHashMap<>(16, 0.75f, true);
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int loading;
    private long bytes;

    /**
     * An empty one.
     *
     * @param keptMillis how long the longest tier keeps anything; no older month is asked for
     */
    public PastIndex(
            CatalogueStore catalogue,
            InstantSource clock,
            long keptMillis,
            PastSettings settings,
            PrometheusRegistry registry) {
        this.catalogue = catalogue;
        this.clock = clock;
        this.keptMillis = keptMillis;
        this.bytesMax = settings.bytesMax();
        this.metrics = new PastMetrics(registry, this);
    }

    private LocalDate today() {
        return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** The first UTC day (since 1970) from which on a shard's live index has every series. */
    public static long knownFromDay(OpenShard shard) {
        return Math.floorDiv(shard.table().knownFromMillis(), DAY_MILLIS);
    }

    /** The months to be asked for about the UTC days between two, both inclusive, that a shard's live index does not cover. */
    public List<YearMonth> months(OpenShard shard, long fromDay, long toDay) {
        long first = Math.max(fromDay, Math.floorDiv(clock.millis() - keptMillis, DAY_MILLIS));
        long last = Math.min(toDay, knownFromDay(shard) - 1);
        List<YearMonth> months = new ArrayList<>();
        if (first <= last) {
            YearMonth end = YearMonth.from(LocalDate.ofEpochDay(last));
            for (YearMonth month = YearMonth.from(LocalDate.ofEpochDay(first));
                    !month.isAfter(end);
                    month = month.plusMonths(1)) {
                months.add(month);
            }
        }
        return months;
    }

    /** How many series without a place in the live index a question may find in one shard; the limit's text names the setting. */
    public void checkFound(int shard, int found) {
        if (found * FOUND_BYTES > bytesMax) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the query selects too many series of shard " + shard + " that ended: more than "
                            + bytesMax / FOUND_BYTES + ", which would take as much memory as all older months may"
                            + " (pharos.sharding.past.heap-share)");
        }
    }

    /** One of the months of a shard that a question goes through in their order; those after it are on their way then. */
    public CompletionStage<PastMonth> month(OpenShard shard, List<YearMonth> months, int at) {
        CompletionStage<PastMonth> wanted = month(shard, months.get(at));
        for (int ahead = at + 1; ahead < Math.min(months.size(), at + LOADS_MAX); ahead++) {
            month(shard, months.get(ahead));
        }
        return wanted;
    }

    /** A month of a shard. Fails as the store does, or with a {@link QueryException} where it is too large. */
    public CompletionStage<PastMonth> month(OpenShard shard, YearMonth month) {
        Key key = Key.of(shard, month);
        Held mine;
        synchronized (this) {
            Held there = held.get(key);
            if (there != null) {
                return there.month;
            }
            drop(each -> each.isOutdatedBy(key));
            mine = new Held();
            held.put(key, mine);
            if (loading == LOADS_MAX) {
                waiting.add(() -> load(key, mine, shard));
                return mine.month;
            }
            loading++;
        }
        load(key, mine, shard);
        return mine.month;
    }

    private void load(Key key, Held mine, OpenShard shard) {
        CompletionStage<PastMonth> read;
        try {
            read = new PastMonthLoad(catalogue, shard, key.month, today(), taken -> grown(key, mine, taken)).run();
        } catch (RuntimeException failure) {
            read = CompletableFuture.failedStage(failure);
        }
        read.whenComplete((month, failure) -> {
            Runnable next = loaded(key, mine, failure != null);
            if (month != null) {
                mine.month.complete(month);
            } else {
                mine.month.completeExceptionally(
                        failure == null ? new IllegalStateException("no month was read") : failure);
            }
            if (next != null) {
                next.run();
            }
        });
    }

    private synchronized void grown(Key key, Held mine, long taken) {
        if (taken > bytesMax / LOADS_MAX) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the query reaches back to " + key.month + ", and the series of shard " + key.shard
                            + " that ended since take more memory than one older month may: " + bytesMax / LOADS_MAX
                            + " bytes, a quarter of what pharos.sharding.past.heap-share gives to all");
        }
        bytes += taken - mine.bytes;
        mine.bytes = taken;
        Iterator<Held> longestUnasked = held.values().iterator();
        while (bytes > bytesMax && longestUnasked.hasNext()) {
            Held each = longestUnasked.next();
            if (each.whole) {
                bytes -= each.bytes;
                longestUnasked.remove();
                metrics.evicted();
            }
        }
    }

    /** Ends a load; what is returned is to be run. */
    private synchronized @Nullable Runnable loaded(Key key, Held mine, boolean failed) {
        if (failed) {
            metrics.failed();
            held.remove(key, mine);
        } else {
            metrics.loaded();
            mine.whole = true;
        }
        if (held.get(key) != mine) {
            bytes -= mine.bytes;
        }
        Runnable next = waiting.poll();
        if (next == null) {
            loading--;
        }
        return next;
    }

    /** Forgets the months of shards that are not open any more, or under another epoch, or from before series left. */
    public synchronized void keep(Collection<OpenShard> open) {
        Map<Integer, OpenShard> here = new HashMap<>();
        open.forEach(shard -> here.put(shard.shard(), shard));
        drop(each -> {
            OpenShard shard = here.get(each.shard);
            return shard == null || each.isOutdatedBy(Key.of(shard, each.month));
        });
    }

    private void drop(Predicate<Key> outdated) {
        held.entrySet().removeIf(each -> {
            boolean over = outdated.test(each.getKey());
            if (over && each.getValue().whole) {
                bytes -= each.getValue().bytes;
            }
            return over; // one on its way is given back when it is there
        });
    }

    /** The memory of what is held and on its way, about. */
    public synchronized long bytes() {
        return bytes;
    }
}
