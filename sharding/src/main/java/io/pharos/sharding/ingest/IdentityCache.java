package io.pharos.sharding.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Remembers, by the 128-bit hash of a series' raw label bytes, its shard and the ref the shard gave it. Bounded; reading takes no
 * lock; a forgotten series only costs a decoding of its labels.
 */
public final class IdentityCache {
    /*
     * Open addressing over one long[]; a slot is half a cache line: two words of hash, epoch, shard and ref. The hash words are stored
     * mixed with the payload words (high ^ epoch, low ^ shard and ref), so a reader that meets a slot between two writes
     * sees a hash that is not its own and takes it for a miss: no lock and no fence on the way of a sample. All zero is an
     * empty slot. A new entry goes to the first free slot of its neighbourhood, else it evicts one there.
     */
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int WORDS_PER_SLOT = 4;
    private static final int NEIGHBOURHOOD = 8;
    private static final int INITIAL_SLOTS = 1 << 12;

    /** Receives a look-up without an allocation. */
    public static final class Found {
        /** The shard. */
        public int shard;
        /** The ref, or -1 while the shard has not told it. */
        public int ref;
        /** The epoch in which the ref has a meaning. */
        public long epoch;
    }

    private final int slotsMax;
    private volatile long[] table = new long[INITIAL_SLOTS * WORDS_PER_SLOT];
    private int used;
    private int victim;

    /** A cache of at most about so many series. */
    public IdentityCache(int entriesMax) {
        slotsMax = Integer.highestOneBit(Math.max(INITIAL_SLOTS, Math.min(entriesMax, 1 << 28)) * 2 - 1);
    }

    /** Looks a series up. */
    public boolean find(long high, long low, Found out) {
        long[] words = table;
        int mask = words.length - 1;
        int at = start(high, mask);
        for (int i = 0; i < NEIGHBOURHOOD; i++) {
            long epoch = (long) WORDS.getOpaque(words, at + 2);
            long place = (long) WORDS.getOpaque(words, at + 3);
            if (((long) WORDS.getOpaque(words, at) ^ epoch) == high
                    && ((long) WORDS.getOpaque(words, at + 1) ^ place) == low
                    && place != 0) {
                out.epoch = epoch;
                out.shard = (int) (place >>> 32) - 1;
                out.ref = (int) place;
                return true;
            }
            at = at + WORDS_PER_SLOT & mask;
        }
        return false;
    }

    /** Remembers a series, or what is new about it. */
    public synchronized void put(long high, long low, int shard, int ref, long epoch) {
        long[] words = table;
        int mask = words.length - 1;
        int at = start(high, mask);
        int free = -1;
        for (int i = 0, slot = at; i < NEIGHBOURHOOD; i++, slot = slot + WORDS_PER_SLOT & mask) {
            long place = words[slot + 3];
            if (place == 0) {
                free = free < 0 ? slot : free;
            } else if ((words[slot] ^ words[slot + 2]) == high && (words[slot + 1] ^ place) == low) {
                write(words, slot, high, low, shard, ref, epoch);
                return;
            }
        }
        if (free < 0) {
            if (words.length / WORDS_PER_SLOT < slotsMax) {
                grow();
                put(high, low, shard, ref, epoch);
                return;
            }
            free = at + (victim++ & NEIGHBOURHOOD - 1) * WORDS_PER_SLOT & mask;
            used--;
        }
        write(words, free, high, low, shard, ref, epoch);
        used++;
        if (used * 2 > words.length / WORDS_PER_SLOT && words.length / WORDS_PER_SLOT < slotsMax) {
            grow();
        }
    }

    /** Series remembered now. */
    public synchronized int size() {
        return used;
    }

    private void grow() {
        long[] old = table;
        long[] bigger = new long[old.length * 2];
        int mask = bigger.length - 1;
        int kept = 0;
        for (int slot = 0; slot < old.length; slot += WORDS_PER_SLOT) {
            if (old[slot + 3] == 0) {
                continue;
            }
            int at = start(old[slot] ^ old[slot + 2], mask);
            for (int i = 0; i < NEIGHBOURHOOD; i++, at = at + WORDS_PER_SLOT & mask) {
                if (bigger[at + 3] == 0) {
                    System.arraycopy(old, slot, bigger, at, WORDS_PER_SLOT);
                    kept++;
                    break;
                }
            }
        }
        used = kept;
        table = bigger;
    }

    private static void write(long[] words, int slot, long high, long low, int shard, int ref, long epoch) {
        long place = (long) (shard + 1) << 32 | ref & 0xffffffffL;
        WORDS.setOpaque(words, slot, high ^ epoch);
        WORDS.setOpaque(words, slot + 1, low ^ place);
        WORDS.setOpaque(words, slot + 2, epoch);
        WORDS.setOpaque(words, slot + 3, place);
    }

    private static int start(long high, int mask) {
        return (int) (high >>> 3) * WORDS_PER_SLOT & mask;
    }
}
