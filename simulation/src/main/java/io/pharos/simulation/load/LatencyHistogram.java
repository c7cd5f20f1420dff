package io.pharos.simulation.load;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in buckets whose width is about 6 % of their value, from 1 us to an hour. Any thread. */
public final class LatencyHistogram {
    private static final int STEPS = 16;
    private static final int STEP_BITS = 4;
    private static final int BUCKETS = 32 * STEPS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    /** Counts one duration. */
    public void record(long nanos) {
        counts.incrementAndGet(bucketOf(Math.max(0, nanos / 1_000)));
    }

    private static int bucketOf(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(micros);
        int step = (int) (micros >>> (exponent - STEP_BITS)) & (STEPS - 1);
        return Math.min(BUCKETS - 1, (exponent - STEP_BITS + 1) * STEPS + step);
    }

    private static double upperMicros(int bucket) {
        if (bucket < STEPS) {
            return bucket + 1.0;
        }
        int exponent = bucket / STEPS - 1 + STEP_BITS;
        return Math.scalb(1.0 + (bucket % STEPS + 1.0) / STEPS, exponent);
    }

    /** The duration in milliseconds below which a share (0 to 1) of those counted lies; 0 where none was counted. */
    public double quantileMillis(double share) {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += counts.get(i);
        }
        long rank = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            seen += counts.get(i);
            if (seen >= rank) {
                return upperMicros(i) / 1_000;
            }
        }
        return 0;
    }
}
