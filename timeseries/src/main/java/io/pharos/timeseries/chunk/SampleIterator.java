package io.pharos.timeseries.chunk;

/** Walks samples forward in time, strictly ascending. Not thread-safe; what it reads does not change under it. */
public interface SampleIterator {
    /** An iterator without samples. */
    SampleIterator EMPTY = new SampleIterator() {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public long timestampMillis() {
            throw new IllegalStateException("no sample");
        }

        @Override
        public double value() {
            throw new IllegalStateException("no sample");
        }
    };

    /** Moves to the next sample; false at the end. */
    boolean next();

    /** The time of the current sample, in milliseconds since 1970. */
    long timestampMillis();

    /** The value of the current sample; may be a stale marker. */
    double value();
}
