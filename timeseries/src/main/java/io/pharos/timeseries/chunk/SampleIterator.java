package io.pharos.timeseries.chunk;

import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

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

    /** The value of the current sample; may be a stale marker. Of a histogram it is NaN. */
    double value();

    /** Whether any sample may be a histogram; where not, {@link #histogram} need not be asked. */
    default boolean hasHistograms() {
        return false;
    }

    /** The histogram that the current sample is, or null where it is a number; a stale marker is a number. */
    default @Nullable Histogram histogram() {
        return null;
    }

    /** Whether any sample may say since when it counts; where not, {@link #startMillis} need not be asked. */
    default boolean hasStartTimes() {
        return false;
    }

    /** The time from which on the current sample has counted, in milliseconds since 1970; 0 where it is not known. */
    default long startMillis() {
        return 0;
    }
}
