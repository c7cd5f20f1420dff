package io.pharos.timeseries.chunk;

/** Walks samples that lie in two arrays, which must not change meanwhile. */
public final class ArraySampleIterator implements SampleIterator {
    private final long[] times;
    private final double[] values;
    private final int to;
    private int at;

    /** Samples between two indices (the end is exclusive), times strictly ascending. */
    public ArraySampleIterator(long[] times, double[] values, int from, int to) {
        this.times = times;
        this.values = values;
        this.at = from - 1;
        this.to = to;
    }

    @Override
    public boolean next() {
        if (at + 1 >= to) {
            return false;
        }
        at++;
        return true;
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
