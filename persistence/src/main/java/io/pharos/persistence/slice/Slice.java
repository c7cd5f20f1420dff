package io.pharos.persistence.slice;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A partition of a day: which keys may lie in it, and how full it is. Guarded by the lock of its {@link Placement}. */
final class Slice {
    final int number;
    final SliceKey from;
    /** Exclusive; null where there is no end. */
    final @Nullable SliceKey to;

    /** Takes no row any more. */
    boolean closed;
    /** At least what was written; after a move what was reserved. */
    long bytes;
    /** What the records say may be written. */
    long reserved;
    /** When the records that name it expire; no row lives longer. */
    long untilMillis;
    /** Whether every row was written by this placement, so that the bounds are known. */
    boolean ours;

    @Nullable
    SliceKey first;

    @Nullable
    SliceKey last;

    private long[] samples = {};
    private int sampled;
    private long toNextSample;

    Slice(int number, SliceKey from, @Nullable SliceKey to) {
        this.number = number;
        this.from = from;
        this.to = to;
    }

    boolean covers(SliceKey key) {
        return from.compareTo(key) <= 0 && (to == null || key.compareTo(to) < 0);
    }

    /** Whether rows with keys between two, inclusive, may be in it. */
    boolean mayHold(SliceKey lowest, SliceKey highest) {
        if (closed && first != null && last != null) {
            return first.compareTo(highest) <= 0 && last.compareTo(lowest) >= 0;
        }
        return from.compareTo(highest) <= 0 && (to == null || to.compareTo(lowest) > 0);
    }

    void add(SliceKey key, long rowBytes, long stride, SplittableRandom random) {
        bytes += rowBytes;
        if (ours) {
            first = first == null || key.compareTo(first) < 0 ? key : first;
            last = last == null || key.compareTo(last) > 0 ? key : last;
        }
        toNextSample -= rowBytes;
        if (toNextSample <= 0) {
            // Not at even distances, or rows that come in the same order each time would be met again.
            toNextSample = stride / 2 + random.nextLong(stride);
            if (2 * sampled == samples.length) {
                samples = java.util.Arrays.copyOf(samples, Math.max(16, 2 * samples.length));
            }
            samples[2 * sampled] = key.metricHash();
            samples[2 * sampled + 1] = key.seriesHigh();
            sampled++;
        }
    }

    int samples() {
        return sampled;
    }

    SliceKey sample(int i) {
        return new SliceKey(samples[2 * i], samples[2 * i + 1]);
    }

    void forgetSamples() {
        samples = new long[0];
        sampled = 0;
    }
}
