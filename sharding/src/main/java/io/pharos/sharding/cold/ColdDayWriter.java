package io.pharos.sharding.cold;

import io.pharos.sharding.rollup.Waiting;
import io.pharos.timeseries.labels.SeriesId;
import io.pharos.timeseries.store.ChunkRow;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a day of a shard into new objects: the chunks that the chunk store has, and those that the day's objects have already. One
 * object and a group of series are in memory at a time. Blocks; for one day and one thread.
 */
final class ColdDayWriter {
    private static final int ATTEMPTS_MAX = 5;

    private final ColdTier tier;
    private final int shard;
    private final @Nullable ColdDay before;
    private final ColdDay written;
    private final BooleanSupplier stillOurs;
    private final List<ColdDay.Part> parts = new ArrayList<>();
    private ColdObjectWriter open;
    private long firstMetric;
    private long chunks;

    /**
     * For a day.
     *
     * @param before what is cold of it already
     * @param stillOurs whether to go on
     */
    ColdDayWriter(ColdTier tier, int shard, long epoch, long day, @Nullable ColdDay before, BooleanSupplier stillOurs) {
        this.tier = tier;
        this.shard = shard;
        this.before = before;
        this.stillOurs = stillOurs;
        int version = before != null && before.epoch() == epoch ? before.version() + 1 : 1;
        this.written = new ColdDay(day, epoch, version, List.of());
        this.open = new ColdObjectWriter(shard, day);
    }

    /** The day with its objects, which are durable; null where it was given up because the shard is no longer ours. */
    @Nullable
    ColdDay write() {
        for (Map.Entry<Long, SortedSet<SeriesId>> metric : series().entrySet()) {
            SortedSet<SeriesId> group = new TreeSet<>();
            for (SeriesId id : metric.getValue()) {
                group.add(id);
                if (group.size() == tier.settings().seriesAtOnce()) {
                    if (!add(metric.getKey(), group)) {
                        return null;
                    }
                    group = new TreeSet<>();
                }
            }
            if (!group.isEmpty() && !add(metric.getKey(), group)) {
                return null;
            }
        }
        closePart();
        return new ColdDay(written.day(), written.epoch(), written.version(), parts);
    }

    /** Chunks in all objects. */
    long chunks() {
        return chunks;
    }

    private Map<Long, SortedSet<SeriesId>> series() {
        return again(() -> {
            Map<Long, SortedSet<SeriesId>> found = new TreeMap<>();
            Waiting.on(tier.stores()
                    .chunks()
                    .series(
                            shard,
                            written.day(),
                            each -> found.computeIfAbsent(each.metricHash(), added -> new TreeSet<>())
                                    .add(each.series())));
            for (int part = 0; before != null && part < before.parts().size(); part++) {
                Waiting.on(tier.objects()
                        .series(
                                new ColdObjects.Named(shard, before, part),
                                each -> found.computeIfAbsent(each.metric(), added -> new TreeSet<>())
                                        .add(each.id())));
            }
            return found;
        });
    }

    private boolean add(long metric, SortedSet<SeriesId> group) {
        if (!stillOurs.getAsBoolean()) {
            return false;
        }
        // Sorted, and each chunk once: that of the chunk store and that of the object are the same.
        NavigableSet<ChunkRow> rows = again(() -> rows(metric, group));
        for (ChunkRow row : rows) {
            if (open.chunkBytes() > 0
                    && open.chunkBytes() + (long) row.chunk().remaining()
                            > tier.settings().partBytes()
                    && !open.goesOn(row)) {
                closePart();
            }
            if (open.rows() == 0) {
                firstMetric = metric;
            }
            open.add(row);
            chunks++;
        }
        return Waiting.pause(tier.settings().pause());
    }

    private NavigableSet<ChunkRow> rows(long metric, SortedSet<SeriesId> group) {
        NavigableSet<ChunkRow> rows = new TreeSet<>(ColdFormat.ORDER);
        long from = written.day() * ColdDay.MILLIS;
        long to = from + ColdDay.MILLIS - 1;
        Waiting.on(tier.stores().chunks().read(shard, metric, group, from, to, row -> rows.add(copy(row))));
        if (before != null) {
            for (ColdObjects.Named part : ColdChunks.parts(shard, before, metric)) {
                Waiting.on(tier.objects().read(part, metric, group, from, to, row -> rows.add(row)));
            }
        }
        return rows;
    }

    /** The store may use the buffer again. */
    private static ChunkRow copy(ChunkRow row) {
        ByteBuffer chunk = ByteBuffer.allocate(row.chunk().remaining());
        chunk.put(row.chunk().duplicate()).flip();
        return new ChunkRow(
                row.metricHash(), row.series(), row.startMillis(), row.endMillis(), row.epoch(), row.sequence(), chunk);
    }

    private void closePart() {
        if (open.rows() == 0) {
            return;
        }
        ByteBuffer object = open.finish();
        String name = written.object(shard, parts.size());
        again(() -> {
            Waiting.on(tier.store().put(name, object));
            return name;
        });
        parts.add(new ColdDay.Part(object.remaining(), firstMetric));
        open = new ColdObjectWriter(shard, written.day());
    }

    /** A day has thousands of requests: one that fails must not throw all of it away. */
    private <T> T again(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (StoreUnavailableException away) {
                if (attempt == ATTEMPTS_MAX
                        || !stillOurs.getAsBoolean()
                        || !Waiting.pause(Duration.ofMillis(125L << attempt))) {
                    throw away;
                }
            }
        }
    }
}
