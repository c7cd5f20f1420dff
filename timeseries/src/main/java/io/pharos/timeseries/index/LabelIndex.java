package io.pharos.timeseries.index;

import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which series of a shard have which labels. One thread adds and removes; any thread asks.
 *
 * <p>A series is a small number (ref) that the caller assigns, densely. Each label name has a dictionary of its values with
 * postings; a series itself is one array of ints: its shape (the set of its label names, shared by all series that have the
 * same) and the number of each value. Readers hold a lock only while they combine postings; expressions are run over a
 * dictionary's values without it, and what they matched is kept for the next query.
 */
public final class LabelIndex {
    private static final int[] NO_REFS = {};
    private static final int VISITED_AT_ONCE = 4096;

    private final StampedLock lock = new StampedLock();
    private final StringPool pool;
    private final Map<String, LabelDictionary> dictionaries = new HashMap<>();
    private final List<@Nullable LabelDictionary> byId = new ArrayList<>();
    private final Map<Shape.Key, Shape> shapes = new HashMap<>();
    private final List<@Nullable Shape> shapesById = new ArrayList<>();
    private final MatchCache matched;

    /** By ref: the shape's number, then the number of each value in the order of the shape's names. */
    private volatile int[] @Nullable [] series = new int[16][];

    private volatile int size;

    /** An empty index; label strings come from a pool shared by the indices of the node. */
    public LabelIndex(StringPool pool) {
        this(pool, MatchCache.large());
    }

    private LabelIndex(StringPool pool, MatchCache matched) {
        this.pool = pool;
        this.matched = matched;
    }

    /** An index that remembers little of what it was asked: one of hundreds that are filled once. */
    public static LabelIndex seldomAsked(StringPool pool) {
        return new LabelIndex(pool, MatchCache.small());
    }

    /**
     * Adds a series. Writer's thread only.
     *
     * @param ref from 0, not in use; memory grows with the largest one
     * @throws IllegalArgumentException when the ref is in use or negative
     */
    public void add(int ref, Labels labels) {
        if (ref < 0 || contains(ref)) {
            throw new IllegalArgumentException("series " + ref + " is already there: " + labels);
        }
        int before = size;
        long stamp = lock.writeLock();
        try {
            int count = labels.size();
            int[] row = new int[count + 1];
            int[] names = new int[count];
            for (int i = 0; i < count; i++) {
                LabelDictionary dictionary = dictionary(labels.name(i));
                names[i] = dictionary.id;
                row[i + 1] = dictionary.add(labels.value(i), ref);
            }
            Shape shape = shape(names);
            shape.series.add(ref);
            row[0] = shape.id;
            int[] @Nullable [] rows = series;
            if (ref >= rows.length) {
                rows = Arrays.copyOf(rows, Math.max(ref + 1, rows.length + (rows.length >> 1)));
            }
            rows[ref] = row;
            series = rows;
            size = before + 1;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Removes a series; false when there is none. Writer's thread only. */
    public boolean remove(int ref) {
        if (!contains(ref)) {
            return false;
        }
        int before = size;
        long stamp = lock.writeLock();
        try {
            int[] row = row(ref);
            Shape shape = shapeOf(row);
            for (int i = 0; i < shape.names.length; i++) {
                LabelDictionary dictionary = byNumber(shape.names[i]);
                dictionary.remove(row[i + 1], ref);
                if (dictionary.size() == 0) {
                    dictionaries.remove(dictionary.name);
                    byId.set(dictionary.id, null);
                    dictionary.close();
                }
            }
            shape.series.remove(ref);
            if (shape.series.isEmpty()) {
                shapes.remove(new Shape.Key(shape.names));
                shapesById.set(shape.id, null);
            }
            series[ref] = null;
            size = before - 1;
        } finally {
            lock.unlockWrite(stamp);
        }
        return true;
    }

    /** The number of series. */
    public int size() {
        return size;
    }

    /** Whether a ref is in use. */
    public boolean contains(int ref) {
        int[] @Nullable [] rows = series;
        return ref >= 0 && ref < rows.length && rows[ref] != null;
    }

    /**
     * The series that satisfy all matchers, refs ascending; all series when there are none. The array is the caller's. A series
     * may be removed before its labels are asked for.
     */
    public int[] select(List<LabelMatcher> matchers) {
        // What this call has run itself; the shared cache may have dropped it again by the time it is needed.
        Map<LabelMatcher, MatchCache.Matched> run = new HashMap<>();
        while (true) {
            LabelDictionary dictionary;
            LabelMatcher wanted;
            @Nullable String[] values;
            int used;
            long recycled;
            long stamp = lock.readLock();
            try {
                Selection selection = new Selection(this, matchers, matched, run);
                int[] refs = selection.run();
                wanted = selection.wanted();
                if (refs != null || wanted == null) {
                    return refs == null ? NO_REFS : refs;
                }
                dictionary = Objects.requireNonNull(dictionaries.get(wanted.name()), "checked by the selection");
                values = dictionary.values;
                used = dictionary.used;
                recycled = dictionary.recycled;
            } finally {
                lock.unlockRead(stamp);
            }
            MatchCache.Matched result = MatchCache.run(wanted, dictionary, values, used, recycled, null);
            run.put(wanted, result);
            matched.put(wanted, result);
        }
    }

    /** The labels of a series, or null when there is none (any more). */
    public @Nullable Labels labels(int ref) {
        if (!contains(ref)) {
            return null;
        }
        long stamp = lock.readLock();
        try {
            return contains(ref) ? decode(row(ref)) : null;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private Labels decode(int[] row) {
        Shape shape = shapeOf(row);
        String[] pairs = new String[2 * shape.names.length];
        for (int i = 0; i < shape.names.length; i++) {
            LabelDictionary dictionary = byNumber(shape.names[i]);
            pairs[2 * i] = dictionary.name;
            pairs[2 * i + 1] = dictionary.value(row[i + 1]);
        }
        return Labels.ofSorted(pairs);
    }

    /** The names that some series satisfying all matchers has, sorted. */
    public List<String> labelNames(List<LabelMatcher> matchers) {
        int[] refs = matchers.isEmpty() ? NO_REFS : select(matchers);
        TreeSet<String> names = new TreeSet<>(Labels::compareUtf8);
        long stamp = lock.readLock();
        try {
            if (matchers.isEmpty()) {
                names.addAll(dictionaries.keySet());
            } else {
                BitSet seen = new BitSet();
                for (int ref : refs) {
                    int shape = contains(ref) ? row(ref)[0] : -1;
                    if (shape >= 0 && !seen.get(shape)) {
                        seen.set(shape);
                        for (int name : shapeOf(row(ref)).names) {
                            names.add(byNumber(name).name);
                        }
                    }
                }
            }
        } finally {
            lock.unlockRead(stamp);
        }
        return List.copyOf(names);
    }

    /** The values that a label has in some series satisfying all matchers, sorted; empty for an unknown name. */
    public List<String> labelValues(String name, List<LabelMatcher> matchers) {
        int[] refs = matchers.isEmpty() ? NO_REFS : select(matchers);
        List<String> found = new ArrayList<>();
        long stamp = lock.readLock();
        try {
            LabelDictionary dictionary = dictionaries.get(name);
            if (dictionary == null) {
                return List.of();
            }
            BitSet seen = new BitSet(dictionary.used);
            for (int ref : refs) {
                if (contains(ref)) {
                    int[] row = row(ref);
                    int position = shapeOf(row).position(dictionary.id);
                    if (position > 0) {
                        seen.set(row[position]);
                    }
                }
            }
            for (int number = 0; number < dictionary.used; number++) {
                String value = dictionary.values[number];
                if (value != null && (matchers.isEmpty() || seen.get(number))) {
                    found.add(value);
                }
            }
        } finally {
            lock.unlockRead(stamp);
        }
        found.sort(Labels::compareUtf8);
        return List.copyOf(found);
    }

    /** How many series have a value for a label. Writer's thread only. */
    public int seriesCount(String name, String value) {
        LabelDictionary dictionary = dictionaries.get(name);
        return dictionary == null ? 0 : Postings.size(dictionary.postings(dictionary.find(value)));
    }

    /** How many values a label has in all series. Writer's thread only. */
    public int valueCount(String name) {
        LabelDictionary dictionary = dictionaries.get(name);
        return dictionary == null ? 0 : dictionary.size();
    }

    /** Takes the values of a label. */
    @FunctionalInterface
    public interface ValueVisitor {
        /** A value that so many series have. */
        void value(String value, int seriesCount);
    }

    /**
     * Visits all values of a label with the number of series that have each, in no order. The writer waits for some thousand values
     * at a time at most; a value that comes or goes meanwhile may be missed, or seen with an older number.
     */
    public void visitValues(String name, ValueVisitor visitor) {
        String[] some = new String[VISITED_AT_ONCE];
        int[] sizes = new int[VISITED_AT_ONCE];
        boolean more = true;
        for (int from = 0; more; from += VISITED_AT_ONCE) {
            int count = 0;
            long stamp = lock.readLock();
            try {
                LabelDictionary dictionary = dictionaries.get(name);
                if (dictionary == null) {
                    return;
                }
                int used = dictionary.used;
                for (int number = from; number < Math.min(used, from + VISITED_AT_ONCE); number++) {
                    String value = dictionary.values[number];
                    if (value != null) {
                        some[count] = value;
                        sizes[count++] = Postings.size(dictionary.postings(number));
                    }
                }
                more = used > from + VISITED_AT_ONCE;
            } finally {
                lock.unlockRead(stamp);
            }
            for (int i = 0; i < count; i++) {
                visitor.value(some[i], sizes[i]);
            }
        }
    }

    /** The bytes this index holds, roughly, without the strings of the pool. Walks all of it. */
    public long memoryBytes() {
        long stamp = lock.readLock();
        try {
            long bytes = 4L * series.length;
            for (int[] row : series) {
                bytes += row == null ? 0 : 16 + 4L * row.length + 7 & ~7L;
            }
            for (LabelDictionary dictionary : dictionaries.values()) {
                bytes += dictionary.memoryBytes();
            }
            for (Shape shape : shapes.values()) {
                bytes += 100 + 4L * shape.names.length + shape.series.getLongSizeInBytes();
            }
            return bytes;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    // What follows is called with the lock held.

    @Nullable
    LabelDictionary dictionaryOrNull(String name) {
        return dictionaries.get(name);
    }

    /** All series, in a bitmap that may be changed. */
    RoaringBitmap allSeries() {
        RoaringBitmap all = new RoaringBitmap();
        for (Shape shape : shapes.values()) {
            all.or(shape.series);
        }
        return all;
    }

    /** The series that have a label, in a bitmap that may be changed. */
    RoaringBitmap seriesWith(LabelDictionary dictionary) {
        RoaringBitmap with = new RoaringBitmap();
        for (Shape shape : shapes.values()) {
            if (shape.position(dictionary.id) > 0) {
                with.or(shape.series);
            }
        }
        return with;
    }

    /** The number of the value that a series has for a label, or -1. */
    int numberOf(int ref, LabelDictionary dictionary) {
        int[] row = row(ref);
        int position = shapeOf(row).position(dictionary.id);
        return position < 0 ? -1 : row[position];
    }

    private int[] row(int ref) {
        int[] row = series[ref];
        if (row == null) {
            throw new IllegalStateException("no series " + ref);
        }
        return row;
    }

    private Shape shapeOf(int[] row) {
        Shape shape = shapesById.get(row[0]);
        if (shape == null) {
            throw new IllegalStateException("no shape " + row[0]);
        }
        return shape;
    }

    private LabelDictionary byNumber(int number) {
        LabelDictionary dictionary = byId.get(number);
        if (dictionary == null) {
            throw new IllegalStateException("no label name " + number);
        }
        return dictionary;
    }

    private LabelDictionary dictionary(String name) {
        LabelDictionary dictionary = dictionaries.get(name);
        if (dictionary == null) {
            dictionary = new LabelDictionary(place(byId), name, pool);
            byId.set(dictionary.id, dictionary);
            dictionaries.put(dictionary.name, dictionary);
        }
        return dictionary;
    }

    private Shape shape(int[] names) {
        Shape shape = shapes.get(new Shape.Key(names));
        if (shape == null) {
            shape = new Shape(place(shapesById), names);
            shapesById.set(shape.id, shape);
            shapes.put(new Shape.Key(names), shape);
        }
        return shape;
    }

    /** A free place of a list, made where there is none. */
    private static <T> int place(List<@Nullable T> list) {
        int free = list.indexOf(null);
        if (free < 0) {
            free = list.size();
            list.add(null);
        }
        return free;
    }
}
