package io.pharos.sharding.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Remembers, by the 128-bit hash of a series' raw label bytes, its shard and the ref the shard gave it. Bounded; reading takes no
 * lock; a forgotten series only costs a decoding of its labels.
 */
public final class IdentityCache {
    /*
     * Entries stand in the order in which their series first came, four words each: two of hash, epoch, shard and ref. A sender names
     * its series in the same order every time, so the entry after the one just found is nearly always the next one wanted, and
     * memory is walked through instead of jumped about in. Where it is not, an open-addressed index says where an entry stands.
     *
     * The hash words are stored mixed with the payload words (high ^ epoch, low ^ shard and ref), so a reader that meets an entry
     * between two writes sees a hash that is not its own and takes it for a miss: no lock and no fence on the way of a sample. An
     * index that points to an entry of another series is a miss too. All zero is an empty entry. A full cache overwrites
     * the oldest entries.
     */
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle INDEX = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int WORDS_PER_ENTRY = 4;
    private static final int NEIGHBOURHOOD = 8;
    private static final int INITIAL_ENTRIES = 1 << 11;

    /** Receives a look-up without an allocation, and remembers where the next series of the same sender is likely to stand. */
    public static final class Found {
        /** The shard. */
        public int shard;
        /** The ref, or -1 while the shard has not told it. */
        public int ref;
        /** The epoch in which the ref has a meaning. */
        public long epoch;

        private int next;
    }

    /** Both arrays of one size of the cache. The index holds the numbers of entries, from 1. */
    private record Table(long[] words, int[] index) {
        static Table of(int entries) {
            return new Table(new long[entries * WORDS_PER_ENTRY], new int[2 * entries]);
        }

        int capacity() {
            return words.length / WORDS_PER_ENTRY;
        }

        int slot(long high) {
            return (int) (high >>> 3) & index.length - 1;
        }

        int next(int slot) {
            return slot + 1 & index.length - 1;
        }

        boolean holds(int at, long high, long low) {
            return words[at + 3] != 0 && (words[at] ^ words[at + 2]) == high && (words[at + 1] ^ words[at + 3]) == low;
        }
    }

    private final int entriesMax;
    private volatile Table table = Table.of(INITIAL_ENTRIES);
    private int used;
    private int oldest;
    private int victim;

    /** A cache of at most about so many series. */
    public IdentityCache(int entriesMax) {
        this.entriesMax = Integer.highestOneBit(Math.max(INITIAL_ENTRIES, Math.min(entriesMax, 1 << 27)) * 2 - 1);
    }

    /** Looks a series up. */
    public boolean find(long high, long low, Found out) {
        Table now = table;
        long[] words = now.words;
        int expected = out.next;
        if (expected < words.length && read(words, expected, high, low, out)) {
            return true;
        }
        int[] index = now.index;
        int slot = now.slot(high);
        for (int i = 0; i < NEIGHBOURHOOD; i++, slot = now.next(slot)) {
            int entry = (int) INDEX.getOpaque(index, slot);
            if (entry != 0 && read(words, (entry - 1) * WORDS_PER_ENTRY, high, low, out)) {
                return true;
            }
        }
        return false;
    }

    private static boolean read(long[] words, int at, long high, long low, Found out) {
        long epoch = (long) WORDS.getOpaque(words, at + 2);
        long place = (long) WORDS.getOpaque(words, at + 3);
        if (((long) WORDS.getOpaque(words, at) ^ epoch) != high
                || ((long) WORDS.getOpaque(words, at + 1) ^ place) != low
                || place == 0) {
            return false;
        }
        out.epoch = epoch;
        out.shard = (int) (place >>> 32) - 1;
        out.ref = (int) place;
        out.next = at + WORDS_PER_ENTRY;
        return true;
    }

    /** Remembers a series, or what is new about it. */
    public synchronized void put(long high, long low, int shard, int ref, long epoch) {
        put(high, low, shard, ref, epoch, true);
    }

    /**
     * Remembers the shards of series whose refs are not known yet, so that they stand together; one that is known by now stays as it
     * is.
     *
     * @param which places of the series in the first two columns
     * @param shards the shard of each of {@code which}
     */
    synchronized void putNew(long[] highs, long[] lows, int[] which, int[] shards, int count) {
        for (int i = 0; i < count; i++) {
            put(highs[which[i]], lows[which[i]], shards[i], -1, 0, false);
        }
    }

    private void put(long high, long low, int shard, int ref, long epoch, boolean over) {
        while (true) {
            Table now = table;
            int free = -1;
            int slot = now.slot(high);
            for (int i = 0; i < NEIGHBOURHOOD; i++, slot = now.next(slot)) {
                int entry = now.index[slot];
                if (entry == 0) {
                    free = free < 0 ? slot : free;
                } else if (now.holds((entry - 1) * WORDS_PER_ENTRY, high, low)) {
                    if (over) {
                        write(now.words, (entry - 1) * WORDS_PER_ENTRY, high, low, shard, ref, epoch);
                    }
                    return;
                }
            }
            if ((free < 0 || used == now.capacity()) && now.capacity() < entriesMax) {
                table = grown(now);
                continue;
            }
            int entry;
            if (free < 0) {
                // Too many of one neighbourhood: one of them goes.
                entry = now.index[now.slot(high) + (victim++ & NEIGHBOURHOOD - 1) & now.index.length - 1];
            } else if (used < now.capacity()) {
                entry = ++used;
            } else {
                entry = ++oldest;
                oldest = oldest == now.capacity() ? 0 : oldest;
                unindex(now, entry);
            }
            write(now.words, (entry - 1) * WORDS_PER_ENTRY, high, low, shard, ref, epoch);
            if (free >= 0) {
                INDEX.setOpaque(now.index, free, entry);
            }
            return;
        }
    }

    /** Series remembered now. */
    public synchronized int size() {
        return used;
    }

    private static void unindex(Table now, int entry) {
        long high = now.words[(entry - 1) * WORDS_PER_ENTRY] ^ now.words[(entry - 1) * WORDS_PER_ENTRY + 2];
        int slot = now.slot(high);
        for (int i = 0; i < NEIGHBOURHOOD; i++, slot = now.next(slot)) {
            if (now.index[slot] == entry) {
                INDEX.setOpaque(now.index, slot, 0);
                return;
            }
        }
    }

    private Table grown(Table old) {
        long[] words = Arrays.copyOf(old.words, old.words.length * 2);
        int[] index = new int[old.index.length * 2];
        while (true) {
            Table bigger = new Table(words, index);
            if (indexed(bigger)) {
                return bigger;
            }
            index = new int[index.length * 2];
        }
    }

    private boolean indexed(Table bigger) {
        for (int entry = 1; entry <= used; entry++) {
            int at = (entry - 1) * WORDS_PER_ENTRY;
            int slot = bigger.slot(bigger.words[at] ^ bigger.words[at + 2]);
            int tries = NEIGHBOURHOOD;
            while (bigger.index[slot] != 0) {
                if (--tries == 0) {
                    return false;
                }
                slot = bigger.next(slot);
            }
            bigger.index[slot] = entry;
        }
        return true;
    }

    private static void write(long[] words, int at, long high, long low, int shard, int ref, long epoch) {
        long place = (long) (shard + 1) << 32 | ref & 0xffffffffL;
        WORDS.setOpaque(words, at, high ^ epoch);
        WORDS.setOpaque(words, at + 1, low ^ place);
        WORDS.setOpaque(words, at + 2, epoch);
        WORDS.setOpaque(words, at + 3, place);
    }
}
