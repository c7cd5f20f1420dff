package io.pharos.sharding.query;

import java.util.Arrays;

/**
 * Counts distinct texts of several nodes: keeps their hashes below a bound, and lowers the bound when there are too many. Exact while
 * the bound was never lowered; else, with {@link #KEPT} hashes left, off by 1.6 % (one standard deviation). Not thread-safe.
 */
final class DistinctSketch {
    /** So many hashes are kept at most. */
    static final int KEPT = 4096;

    /** The bound of a sketch that has all hashes. */
    static final long UNBOUNDED = Long.MAX_VALUE;

    private long bound = UNBOUNDED;
    private long[] hashes = new long[8];
    private int count;

    /** The hash of a text, not negative; the same on every node, for ever (docs/format/messages.md). */
    static long hash(String text) {
        long hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        return (hash ^ hash >>> 31) >>> 1;
    }

    void add(String text) {
        add(hash(text));
    }

    private void add(long hash) {
        if (hash >= bound) {
            return;
        }
        if (count == hashes.length) {
            if (count >= 2 * KEPT) {
                cut(KEPT);
            } else {
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
        }
        if (hash < bound) {
            hashes[count++] = hash;
        }
    }

    /** Adds what another one saw. */
    void add(long itsBound, long[] itsHashes) {
        bound = Math.min(bound, itsBound);
        for (long hash : itsHashes) {
            add(hash);
        }
    }

    /** Leaves each hash once and at most so many, the bound lowered where some had to go. */
    private void cut(int most) {
        Arrays.sort(hashes, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (hashes[i] < bound && (distinct == 0 || hashes[i] != hashes[distinct - 1])) {
                hashes[distinct++] = hashes[i];
            }
        }
        if (distinct > most) {
            bound = hashes[most];
            distinct = most;
        }
        count = distinct;
    }

    /** At most so many hashes, ascending; {@link #bound} is to be asked afterwards. */
    long[] hashes(int most) {
        cut(Math.min(most, KEPT));
        return Arrays.copyOf(hashes, count);
    }

    /** Every hash below this that was seen is there. */
    long bound() {
        return bound;
    }

    /** How many distinct texts were seen. */
    long count() {
        cut(KEPT);
        return bound == UNBOUNDED ? count : Math.round(count / ((double) bound / Long.MAX_VALUE));
    }
}
