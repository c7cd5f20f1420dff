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

    /**
     * Takes the next samples at once, as far as there is room; only where no sample is a histogram. Which sample is the current
     * one is not known afterwards, until {@link #next}.
     *
     * @param from the place of the first one
     * @param to one after the last place there is
     * @return how many, at least 1 unless there is no more or no room
     */
    default int take(long[] times, double[] values, int from, int to) {
        int at = from;
        while (at < to && next()) {
            times[at] = timestampMillis();
            values[at++] = value();
        }
        return at - from;
    }

    /**
     * Takes the newest sample that is not after a time, and nothing else; only of an iterator that was not stepped, whose samples are no
     * histograms, and which is not used afterwards. Where samples are still being added it may be one added after the iterator was made.
     *
     * @param atMillis the sample is not after this time
     * @param times its time comes into the first place; the others may be overwritten
     * @param values the same of its value
     * @return whether there is one
     */
    default boolean takeNewest(long atMillis, long[] times, double[] values) {
        boolean found = false;
        long time = 0;
        double value = 0;
        int taken = take(times, values, 0, times.length);
        while (taken > 0) {
            int place = taken;
            while (place > 0 && times[place - 1] > atMillis) {
                place--;
            }
            if (place > 0) {
                found = true;
                time = times[place - 1];
                value = values[place - 1];
            }
            taken = place < taken ? 0 : take(times, values, 0, times.length);
        }
        times[0] = time;
        values[0] = value;
        return found;
    }

    /** A time before which there is no sample; {@link Long#MIN_VALUE} where that is not known. */
    default long notBeforeMillis() {
        return Long.MIN_VALUE;
    }

    /** A time after which there is no sample; {@link Long#MAX_VALUE} where that is not known. */
    default long notAfterMillis() {
        return Long.MAX_VALUE;
    }

    /** Whether any sample may be a histogram; where not, {@link #histogram} need not be asked. */
    default boolean hasHistograms() {
        return false;
    }

    /** The histogram that the current sample is, or null where it is a number; a stale marker is a number. */
    default @Nullable Histogram histogram() {
        return null;
    }

    /** As how many samples the current one counts: more than one where it is the sum of a roll-up's point. */
    default long weight() {
        return 1;
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
