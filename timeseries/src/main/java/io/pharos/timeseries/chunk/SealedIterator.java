package io.pharos.timeseries.chunk;

/** Walks a sealed chunk; it decodes the whole of it at the first step, since loops over arrays are fastest. */
final class SealedIterator implements SampleIterator {
    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    private final SealedChunk chunk;
    private long[] times = NO_TIMES;
    private double[] values = NO_VALUES;
    private int at = -1;

    SealedIterator(SealedChunk chunk) {
        this.chunk = chunk;
    }

    @Override
    public boolean next() {
        if (at < 0) {
            times = new long[chunk.count()];
            values = new double[chunk.count()];
            chunk.decode(times, values);
        }
        if (at + 1 >= times.length) {
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
