package io.pharos.persistence.slice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions a shard's rows of one table lie in and go to, as its owner knows it. Thread-safe. Whoever places rows writes the
 * records first that {@link #takeRecords} then gives, and the rows only when these are durable.
 */
public final class Placement {
    /*
     * A day begins with one slice, number 0, or with slices cut so that each would have had the target's bytes on the day before. A slice
     * that would pass the limit is closed, and its range goes on in new ones, cut by the keys that were written to it. So ranges
     * only ever get finer, and a key's rows lie in the open slice of its range and in the closed ones above it.
     *
     * What may be written to a slice is reserved in a record before. A later owner takes what is reserved for written, so it never
     * counts less than there is. What two owners write at one time into the same day has slices of different (random) numbers; where the
     * open ones then overlap, all are closed before the next row.
     */
    private static final int CHILDREN = 4;
    /** A day without records is cut like one at most so many partitions away. */
    private static final int LIKE_PERIODS = 7;

    private static final int PLAIN = 0;

    private final SliceSizes sizes;
    private final int periodDays;
    private final SplittableRandom random;
    private final NavigableMap<Long, DaySlices> days = new TreeMap<>();
    private final Map<Long, Set<Slice>> changed = new HashMap<>();
    private long plainUntilDay = Long.MIN_VALUE;
    private boolean neverPlain;

    /**
     * Of nothing yet.
     *
     * @param periodDays in a partition
     */
    public Placement(SliceSizes sizes, int periodDays, SplittableRandom random) {
        this.sizes = sizes;
        this.periodDays = periodDays;
        this.random = random;
    }

    /** Adds what a stored record says; all are to be added before anything else is asked. */
    public synchronized void load(long day, SliceRecord record) {
        DaySlices slices = days.computeIfAbsent(day, added -> new DaySlices());
        plainUntilDay = Math.max(plainUntilDay, record.plainUntilDay());
        for (SliceRecord.Entry entry : record.entries()) {
            Slice slice = slices.find(entry.number(), entry.from(), entry.to());
            if (slice == null) {
                slice = new Slice(entry.number(), entry.from(), entry.to());
                slices.add(slice);
            }
            slice.closed |= entry.closed();
            slice.reserved = Math.max(slice.reserved, entry.reserved());
            slice.bytes = slice.reserved;
            slice.untilMillis = Math.max(slice.untilMillis, record.untilMillis());
            if (entry.first() != null) {
                slice.first = entry.first();
                slice.last = entry.last();
            }
        }
        slices.changed();
    }

    /** To be called when all stored records are loaded; where there were none, days up to this one may have rows without any. */
    public synchronized void loaded(long plainUntilIfNone) {
        if (days.isEmpty()) {
            plainUntilDay = plainUntilIfNone;
        }
    }

    /** The same for a table that had records from its first row on: a day without any has no slices. */
    public synchronized void loadedNeverPlain() {
        neverPlain = true;
    }

    /**
     * Finds the slice for a row and counts it in.
     *
     * @param day first of the row's partition
     * @param rowBytes its chunk and {@link SliceSizes#ROW_BYTES}
     * @param untilMillis when the row expires
     * @return the slice's number
     */
    public synchronized int place(long day, SliceKey key, long rowBytes, long untilMillis) {
        DaySlices slices = days.get(day);
        if (slices == null) {
            slices = begin(day);
        } else if (!slices.isWhole()) {
            List<SliceKey> cuts = Cuts.like(slices, sizes);
            slices.open().forEach(slice -> close(day, slice));
            open(day, slices, SliceKey.LOWEST, null, cuts);
        }
        Slice slice = slices.openFor(key);
        if (slice.bytes > 0 && slice.bytes + rowBytes > sizes.limit()) {
            close(day, slice);
            open(day, slices, slice.from, slice.to, Cuts.of(slice, CHILDREN));
            slice = slices.openFor(key);
        }
        slice.add(key, rowBytes, sizes.stride(), random);
        if (slice.bytes > slice.reserved) {
            slice.reserved = Math.max(slice.bytes, Math.min(sizes.limit(), slice.bytes + sizes.step()));
            changed(day, slice);
        }
        if (untilMillis > slice.untilMillis) {
            // A little longer than this row, so that not each later one needs a record.
            slice.untilMillis = untilMillis + (periodDays + 1) * 86_400_000L;
            changed(day, slice);
        }
        return slice.number;
    }

    private DaySlices begin(long day) {
        DaySlices slices = new DaySlices();
        DaySlices like = likely(day);
        List<SliceKey> cuts = like == null ? List.of() : Cuts.like(like, sizes);
        days.put(day, slices);
        if (cuts.isEmpty()) {
            slices.add(ours(new Slice(PLAIN, SliceKey.LOWEST, null), day > plainUntilDay));
            slices.changed();
        } else {
            if (day <= plainUntilDay) {
                Slice plain = new Slice(PLAIN, SliceKey.LOWEST, null);
                slices.add(plain);
                close(day, plain);
            }
            open(day, slices, SliceKey.LOWEST, null, cuts);
        }
        // Keys are needed to cut the next day by; older days have been used for that.
        days.headMap(day - (long) LIKE_PERIODS * periodDays)
                .values()
                .forEach(old -> old.all().forEach(Slice::forgetSamples));
        return slices;
    }

    private static Slice ours(Slice slice, boolean ours) {
        slice.ours = ours;
        return slice;
    }

    private @Nullable DaySlices likely(long day) {
        Map.Entry<Long, DaySlices> before = days.lowerEntry(day);
        if (before != null && day - before.getKey() <= (long) LIKE_PERIODS * periodDays) {
            return before.getValue();
        }
        Map.Entry<Long, DaySlices> after = days.higherEntry(day);
        return after != null && after.getKey() - day <= (long) LIKE_PERIODS * periodDays ? after.getValue() : null;
    }

    private void close(long day, Slice slice) {
        slice.closed = true;
        changed(day, slice);
    }

    /** New slices for a range; a record has them together with what they follow, so no range is ever without one. */
    private void open(long day, DaySlices slices, SliceKey from, @Nullable SliceKey to, List<SliceKey> cuts) {
        SliceKey begin = from;
        for (int i = 0; i <= cuts.size(); i++) {
            SliceKey end = i == cuts.size() ? to : cuts.get(i);
            int number = random.nextInt(Integer.MAX_VALUE - 1) + 1;
            while (slices.has(number)) {
                number = random.nextInt(Integer.MAX_VALUE - 1) + 1;
            }
            Slice slice = ours(new Slice(number, begin, end), true);
            slice.reserved = sizes.step();
            slices.add(slice);
            changed(day, slice);
            if (end != null) {
                begin = end;
            }
        }
        slices.changed();
    }

    private void changed(long day, Slice slice) {
        changed.computeIfAbsent(day, added -> new LinkedHashSet<>()).add(slice);
    }

    /** The records that have to be durable before any row that was placed until now is written; by day. */
    public synchronized Map<Long, SliceRecord> takeRecords() {
        if (changed.isEmpty()) {
            return Map.of();
        }
        Map<Long, SliceRecord> records = new HashMap<>();
        changed.forEach((day, slices) -> {
            long until =
                    slices.stream().mapToLong(slice -> slice.untilMillis).max().orElse(0);
            slices.forEach(slice -> slice.untilMillis = until);
            records.put(
                    day,
                    new SliceRecord(
                            until,
                            plainUntilDay,
                            slices.stream().map(Placement::entry).toList()));
        });
        changed.clear();
        return records;
    }

    private static SliceRecord.Entry entry(Slice slice) {
        boolean bounded = slice.closed && slice.first != null;
        return new SliceRecord.Entry(
                slice.number,
                slice.from,
                slice.to,
                slice.closed,
                slice.reserved,
                bounded ? slice.first : null,
                bounded ? slice.last : null);
    }

    /** Days between two, inclusive, that have records. */
    public synchronized List<Long> daysBetween(long first, long last) {
        return first > last
                ? List.of()
                : List.copyOf(days.subMap(first, true, last, true).keySet());
    }

    /** Up to this day there may be rows in slice 0 of days without records. */
    public synchronized long plainUntilDay() {
        return plainUntilDay;
    }

    /** The slices of a day that may hold keys between two, inclusive: in order of their beginnings, wider ones first. */
    public synchronized List<SliceRange> slices(long day, SliceKey lowest, SliceKey highest) {
        DaySlices slices = days.get(day);
        if (slices == null) {
            return neverPlain ? List.of() : List.of(SliceRange.PLAIN);
        }
        List<SliceRange> found = new ArrayList<>();
        for (Slice slice : slices.all()) {
            if (slice.mayHold(lowest, highest)) {
                found.add(new SliceRange(slice.number, slice.from, slice.to));
            }
        }
        found.sort(null);
        return found;
    }

    /** Forgets days of which nothing lives any more. */
    public synchronized void expire(long nowMillis) {
        days.entrySet().removeIf(day -> day.getValue().untilMillis() < nowMillis && !changed.containsKey(day.getKey()));
    }

    /** Bytes counted by slice of a day, for tests and logs. */
    synchronized Collection<Long> bytes(long day) {
        DaySlices slices = days.get(day);
        return slices == null
                ? List.of()
                : slices.all().stream().map(slice -> slice.bytes).toList();
    }
}
