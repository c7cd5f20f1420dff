package io.pharos.sharding.exemplar;

import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.Exemplar;
import io.pharos.timeseries.sample.ExemplarRefusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The recent exemplars of a node's shards: what was not written yet, and what was, as long as there is room. The oldest that came makes
 * room, whatever its shard. Thread-safe: one monitor, held for microseconds.
 */
public final class ExemplarMemory {
    /*
     * Beside the series' own slots and not in them: most series have no exemplar, and a field costs all of them. The store is
     * asked only for times of which memory may not have everything (completeFrom): before this node opened the shard, and at and
     * before what made room.
     */
    private static final long DAY_MILLIS = 86_400_000L;

    private final ExemplarSettings settings;
    private final long windowMillis;
    private final long aheadMillis;
    private final ExemplarMetrics metrics;
    private final Map<Integer, OfShard> shards = new HashMap<>();
    /** All, as they came. */
    private final Set<KeptExemplar> all = new LinkedHashSet<>();

    private long bytes;
    private int waiting;

    private static final class OfShard {
        final Map<Labels, KeptSeries> series = new HashMap<>();
        final Set<KeptExemplar> waiting = new LinkedHashSet<>();
        long epoch = Long.MIN_VALUE;
        long completeFromMillis;
        long day;
        long dayBytes;
        int writing;
        boolean closed;
    }

    /**
     * An empty memory.
     *
     * @param windowMillis how far before the newest of its series an exemplar may lie
     * @param aheadMillis how far ahead of the clock
     */
    public ExemplarMemory(ExemplarSettings settings, long windowMillis, long aheadMillis, ExemplarMetrics metrics) {
        this.settings = settings;
        this.windowMillis = windowMillis;
        this.aheadMillis = aheadMillis;
        this.metrics = metrics;
        metrics.observe(this::bytes, this::waiting);
    }

    /**
     * Takes an exemplar of an open shard, silently also one it has already.
     *
     * @param known whether the shard has a series; asked only for one that has no exemplar here
     * @return why it is not taken, or null
     */
    synchronized @Nullable ExemplarRefusal add(
            int shard, long epoch, Labels labels, Exemplar exemplar, long nowMillis, Predicate<Labels> known) {
        OfShard own = opened(shard, epoch, nowMillis);
        long time = exemplar.timestampMillis();
        if (time > nowMillis + aheadMillis) {
            return ExemplarRefusal.TOO_FAR_AHEAD;
        }
        if (time <= nowMillis - settings.retention().toMillis()) {
            return ExemplarRefusal.TOO_OLD;
        }
        KeptSeries series = own.series.get(labels);
        if (series == null) {
            if (!known.test(labels)) {
                return ExemplarRefusal.UNKNOWN_SERIES;
            }
        } else if (series.has(exemplar)) {
            metrics.repeated();
            return null;
        } else if (time < series.newestMillis - windowMillis) {
            return ExemplarRefusal.OUT_OF_ORDER;
        }
        if (own.dayBytes >= settings.shardDayBytesMax() && own.day == Math.floorDiv(nowMillis, DAY_MILLIS)) {
            return ExemplarRefusal.SHARD_LIMIT;
        }
        if (series == null) {
            series = new KeptSeries(shard, labels);
            own.series.put(labels, series);
            bytes += series.memoryBytes();
        }
        keep(own, series, exemplar);
        return null;
    }

    private void keep(OfShard own, KeptSeries series, Exemplar exemplar) {
        KeptExemplar kept = new KeptExemplar(series, exemplar);
        series.kept.addLast(kept);
        series.newestMillis = Math.max(series.newestMillis, exemplar.timestampMillis());
        all.add(kept);
        own.waiting.add(kept);
        waiting++;
        bytes += kept.memoryBytes();
        metrics.kept();
        if (series.kept.size() > settings.seriesMax()) {
            drop(series.kept.getFirst());
        }
        while (bytes > settings.memoryBytesMax() && !all.isEmpty()) {
            drop(all.iterator().next());
        }
    }

    /** Of a series the one that came first always goes first, so that it is the first of its series too. */
    private void drop(KeptExemplar oldest) {
        OfShard own = shards.get(oldest.series.shard);
        all.remove(oldest);
        oldest.series.kept.remove(oldest);
        bytes -= oldest.memoryBytes();
        if (own == null) {
            return;
        }
        own.completeFromMillis = Math.max(own.completeFromMillis, oldest.exemplar.timestampMillis() + 1);
        if (oldest.state == KeptExemplar.State.WAITING) {
            own.waiting.remove(oldest);
            waiting--;
            metrics.dropped(1);
        }
        oldest.state = KeptExemplar.State.GONE;
        if (oldest.series.kept.isEmpty()) {
            own.series.remove(oldest.series.labels);
            bytes -= oldest.series.memoryBytes();
        }
    }

    private OfShard opened(int shard, long epoch, long nowMillis) {
        OfShard own = shards.computeIfAbsent(shard, added -> new OfShard());
        if (own.epoch != epoch) {
            // Another owner may have taken what lies ahead of the clock.
            own.epoch = epoch;
            own.completeFromMillis = nowMillis + aheadMillis + 1;
        }
        own.closed = false;
        return own;
    }

    /**
     * Gives what memory has of an open shard in a time range (inclusive).
     *
     * @param wanted which series
     * @return whether that is all there is, so that the store need not be asked
     */
    public synchronized boolean find(
            int shard,
            long epoch,
            Predicate<Labels> wanted,
            long fromMillis,
            long toMillis,
            long nowMillis,
            BiConsumer<Labels, Exemplar> found) {
        OfShard own = opened(shard, epoch, nowMillis);
        for (KeptSeries series : own.series.values()) {
            if (wanted.test(series.labels)) {
                for (KeptExemplar kept : series.kept) {
                    long time = kept.exemplar.timestampMillis();
                    if (time >= fromMillis && time <= toMillis) {
                        found.accept(series.labels, kept.exemplar);
                    }
                }
            }
        }
        return fromMillis >= own.completeFromMillis;
    }

    /** The shards of which something is here. */
    synchronized List<Integer> shards() {
        return new ArrayList<>(shards.keySet());
    }

    /** Takes what of a shard is to be written; {@link #written} or {@link #notWritten} follow. Nothing while something is being written. */
    synchronized List<KeptExemplar> takeWaiting(int shard) {
        OfShard own = shards.get(shard);
        if (own == null || own.writing > 0) {
            return List.of();
        }
        List<KeptExemplar> taken = new ArrayList<>(own.waiting);
        for (KeptExemplar kept : taken) {
            kept.state = KeptExemplar.State.WRITING;
        }
        waiting -= taken.size();
        own.writing = taken.size();
        own.waiting.clear();
        return taken;
    }

    /** The epoch under which a shard was opened here last. */
    synchronized long epoch(int shard) {
        OfShard own = shards.get(shard);
        return own == null ? 0 : own.epoch;
    }

    /** These are in the store, in so many bytes. */
    synchronized void written(int shard, List<KeptExemplar> taken, long rowBytes, long nowMillis) {
        for (KeptExemplar kept : taken) {
            if (kept.state == KeptExemplar.State.WRITING) {
                kept.state = KeptExemplar.State.STORED;
            }
        }
        OfShard own = shards.get(shard);
        if (own != null) {
            own.writing = 0;
            long today = Math.floorDiv(nowMillis, DAY_MILLIS);
            own.dayBytes = (own.day == today ? own.dayBytes : 0) + rowBytes;
            own.day = today;
            forgetIfOver(shard, own);
        }
    }

    /** These are not known to be in the store. */
    synchronized void notWritten(int shard, List<KeptExemplar> taken) {
        OfShard own = shards.get(shard);
        for (KeptExemplar kept : taken) {
            if (kept.state == KeptExemplar.State.GONE || own == null) {
                metrics.dropped(1);
            } else {
                kept.state = KeptExemplar.State.WAITING;
                own.waiting.add(kept);
                waiting++;
            }
        }
        if (own != null) {
            own.writing = 0;
        }
    }

    /** A shard is not open on this node any more: what is stored of it is forgotten now, the rest when it is stored. */
    synchronized void closed(int shard) {
        OfShard own = shards.get(shard);
        if (own != null) {
            own.closed = true;
            forgetIfOver(shard, own);
        }
    }

    private void forgetIfOver(int shard, OfShard own) {
        if (!own.closed || own.writing > 0 || !own.waiting.isEmpty()) {
            return;
        }
        shards.remove(shard);
        for (KeptSeries series : own.series.values()) {
            for (Iterator<KeptExemplar> each = series.kept.iterator(); each.hasNext(); ) {
                KeptExemplar kept = each.next();
                all.remove(kept);
                bytes -= kept.memoryBytes();
                kept.state = KeptExemplar.State.GONE;
            }
            bytes -= series.memoryBytes();
        }
    }

    /** About what it takes. */
    synchronized long bytes() {
        return bytes;
    }

    /** How many are here that the store does not have, those being written left out. */
    synchronized int waiting() {
        return waiting;
    }
}
