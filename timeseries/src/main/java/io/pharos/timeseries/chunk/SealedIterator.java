package io.pharos.timeseries.chunk;

/** Walks a sealed chunk; it decodes all it gives at the first step, since loops over arrays are fastest. */
final class SealedIterator implements SampleIterator {
    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    private final SealedChunk chunk;
    private final long fromMillis;
    private final long toMillis;
    private long[] times = NO_TIMES;
    private double[] values = NO_VALUES;
    private int count;
    private int at = -1;

    /** All samples of a stretch of time (both ends inclusive), perhaps others around it. */
    SealedIterator(SealedChunk chunk, long fromMillis, long toMillis) {
        this.chunk = chunk;
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
    }

    @Override
    public boolean next() {
        if (at < 0) {
            times = new long[chunk.count()];
            values = new double[chunk.count()];
            count = chunk.decode(fromMillis, toMillis, times, values);
        }
        if (at + 1 >= count) {
            return false;
        }
        at++;
        return true;
    }

    @Override
    public int take(long[] targetTimes, double[] targetValues, int from, int to) {
        if (at < 0 && from == 0 && to >= chunk.count()) {
            at = 0; // with a count of none: the end
            return chunk.decode(fromMillis, toMillis, targetTimes, targetValues);
        }
        int taken = 0;
        if (to > from && next()) {
            taken = Math.min(count - at, to - from);
            System.arraycopy(times, at, targetTimes, from, taken);
            System.arraycopy(values, at, targetValues, from, taken);
            at += taken - 1;
        }
        return taken;
    }

    @Override
    public boolean takeNewest(long atMillis, long[] targetTimes, double[] targetValues) {
        ChunkSummary summary = chunk.summary();
        // The summary leaves stale markers out, and the last sample may be one.
        if (summary.lastTimestampMillis() > atMillis || summary.staleCount() > 0) {
            return SampleIterator.super.takeNewest(atMillis, targetTimes, targetValues);
        }
        targetTimes[0] = summary.lastTimestampMillis();
        targetValues[0] = summary.last();
        return true;
    }

    @Override
    public long notBeforeMillis() {
        return chunk.firstTimestampMillis();
    }

    @Override
    public long notAfterMillis() {
        return chunk.lastTimestampMillis();
    }

    @Override
    public long timestampMillis() {
        return times[at];
    }

    @Override
    public double value() {
        return values[at];
    }
}
