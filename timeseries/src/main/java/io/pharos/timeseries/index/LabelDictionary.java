package io.pharos.timeseries.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one label name, each with a small number and its postings. Guarded by the index's lock; only the array of
 * values may be read without it, by a reader that checks {@link #recycled} afterwards.
 */
final class LabelDictionary {
    final int id;
    final String name;
    private final StringPool pool;

    @Nullable
    String[] values = new String[4];

    private @Nullable Object[] postings = new Object[4];
    /** Numbers handed out so far are below this. */
    int used;
    /** Raised when a number is given up, since it may then stand for another value. */
    long recycled;

    private int[] free = new int[4];
    private int freeCount;
    /** Open addressing over numbers plus one; 0 is an empty place. */
    private int[] table = new int[8];

    LabelDictionary(int id, String name, StringPool pool) {
        this.id = id;
        this.name = pool.acquire(name);
        this.pool = pool;
    }

    int size() {
        return used - freeCount;
    }

    private static int spread(String value) {
        int hash = value.hashCode() * 0x9e3779b9;
        return hash ^ hash >>> 15;
    }

    /** The number of a value, or -1. */
    int find(String value) {
        int mask = table.length - 1;
        for (int at = spread(value) & mask; table[at] != 0; at = at + 1 & mask) {
            int number = table[at] - 1;
            if (value.equals(values[number])) {
                return number;
            }
        }
        return -1;
    }

    String value(int number) {
        String value = values[number];
        if (value == null) {
            throw new IllegalStateException("label " + name + " has no value " + number);
        }
        return value;
    }

    @Nullable
    Object postings(int number) {
        return number < 0 ? null : postings[number];
    }

    /** Adds a series to a value's postings and returns the value's number. */
    int add(String value, int ref) {
        int number = find(value);
        if (number < 0) {
            number = insert(value);
        }
        postings[number] = Postings.with(postings[number], ref);
        return number;
    }

    private int insert(String value) {
        int number;
        if (freeCount > 0) {
            number = free[--freeCount];
        } else {
            number = used;
            if (number == values.length) {
                values = Arrays.copyOf(values, number + (number >> 1) + 2);
                postings = Arrays.copyOf(postings, values.length);
            }
            used++;
        }
        values[number] = pool.acquire(value);
        if (size() * 3 > table.length * 2) {
            int[] old = table;
            table = new int[old.length * 2];
            for (int entry : old) {
                if (entry != 0) {
                    place(entry - 1);
                }
            }
        }
        place(number);
        return number;
    }

    private void place(int number) {
        int mask = table.length - 1;
        int at = spread(value(number)) & mask;
        while (table[at] != 0) {
            at = at + 1 & mask;
        }
        table[at] = number + 1;
    }

    /** Takes a series out of a value's postings; a value without series is forgotten. */
    void remove(int number, int ref) {
        Object held = postings[number];
        if (held == null) {
            throw new IllegalStateException("label " + name + " has no postings for value " + number);
        }
        Object left = Postings.without(held, ref);
        postings[number] = left;
        if (left == null) {
            String value = value(number);
            displace(value);
            values[number] = null;
            pool.release(value);
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = number;
            recycled++;
        }
    }

    /** Takes a value out of the table and closes the gap, so that no search ends early. */
    private void displace(String value) {
        int mask = table.length - 1;
        int gap = spread(value) & mask;
        while (!value.equals(values[table[gap] - 1])) {
            gap = gap + 1 & mask;
        }
        int at = gap;
        while (true) {
            at = at + 1 & mask;
            if (table[at] == 0) {
                break;
            }
            int home = spread(value(table[at] - 1)) & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                table[gap] = table[at];
                gap = at;
            }
        }
        table[gap] = 0;
    }

    /** Gives the name back to the pool; the dictionary must be empty. */
    void close() {
        pool.release(name);
    }

    long memoryBytes() {
        long bytes = 120 + 4L * (values.length + postings.length + free.length + table.length);
        for (Object each : postings) {
            bytes += Postings.memoryBytes(each);
        }
        return bytes;
    }
}
