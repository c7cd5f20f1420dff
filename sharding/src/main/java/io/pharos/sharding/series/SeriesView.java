package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.MergedIterator;
import io.pharos.timeseries.chunk.SampleIterator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a series holds in memory, published as one immutable value; only the head inside grows, by its own published count. Any
 * thread may read one without telling anybody.
 *
 * @param sealed sealed chunks in the order they were sealed; they may overlap
 * @param head the open chunk, or none
 * @param lateTimes times of admitted samples that came out of order and are not sealed, ascending
 * @param lateValues their values
 * @param hotFromMillis every sample at or after this time is in memory; earlier ones may be in the chunk store only
 */
public record SeriesView(
        HotChunk[] sealed, @Nullable HeadChunk head, long[] lateTimes, double[] lateValues, long hotFromMillis) {
    private static final HotChunk[] NO_CHUNKS = {};
    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    /** A series nobody has seen before: all it has is in memory. */
    public static final SeriesView NEW = new SeriesView(NO_CHUNKS, null, NO_TIMES, NO_VALUES, Long.MIN_VALUE);

    /** A series of which nothing is in memory and anything may be stored. */
    public static final SeriesView COLD = new SeriesView(NO_CHUNKS, null, NO_TIMES, NO_VALUES, Long.MAX_VALUE);

    /** Whether nothing waits to be sealed. */
    public boolean allSealed() {
        return (head == null || head.count() == 0) && lateTimes.length == 0;
    }

    /** Whether nothing here would be lost by forgetting it. */
    public boolean allDurable() {
        for (HotChunk chunk : sealed) {
            if (!chunk.durable()) {
                return false;
            }
        }
        return allSealed();
    }

    /** The samples in memory that may lie in a range (both ends inclusive), some before or after it. */
    public SampleIterator samples(long fromMillis, long toMillis) {
        List<SampleIterator> sources = new ArrayList<>(sealed.length + 2);
        collect(fromMillis, toMillis, sources);
        return merged(sources);
    }

    /** Adds an iterator for each part in memory that may have samples in a range; the first added was admitted first. */
    public void collect(long fromMillis, long toMillis, List<SampleIterator> sources) {
        for (HotChunk chunk : sealed) {
            if (chunk.endMillis() >= fromMillis && chunk.startMillis() <= toMillis) {
                sources.add(chunk.chunk().iterator(fromMillis, toMillis));
            }
        }
        HeadChunk open = head;
        if (open != null
                && open.count() > 0
                && open.firstTimestampMillis() <= toMillis
                && open.lastTimestampMillis() >= fromMillis) {
            sources.add(open.iterator());
        }
        if (lateTimes.length > 0 && lateTimes[0] <= toMillis && lateTimes[lateTimes.length - 1] >= fromMillis) {
            sources.add(new ArrayIterator(lateTimes, lateValues));
        }
    }

    /** Merges sources by time; of equal times the first source wins. */
    public static SampleIterator merged(List<SampleIterator> sources) {
        return switch (sources.size()) {
            case 0 -> SampleIterator.EMPTY;
            case 1 -> sources.get(0);
            default -> MergedIterator.of(sources);
        };
    }

    /** The bits of the sample at a time, if memory has one. */
    public boolean find(long timeMillis, long[] bitsOut) {
        SampleIterator samples = samples(timeMillis, timeMillis);
        while (samples.next()) {
            if (samples.timestampMillis() >= timeMillis) {
                if (samples.timestampMillis() == timeMillis) {
                    bitsOut[0] = Double.doubleToRawLongBits(samples.value());
                    return true;
                }
                return false;
            }
        }
        return false;
    }

    SeriesView withHead(@Nullable HeadChunk next, long hotFrom) {
        return new SeriesView(sealed, next, lateTimes, lateValues, hotFrom);
    }

    private static final class ArrayIterator implements SampleIterator {
        private final long[] times;
        private final double[] values;
        private int at = -1;

        ArrayIterator(long[] times, double[] values) {
            this.times = times;
            this.values = values;
        }

        @Override
        public boolean next() {
            return ++at < times.length;
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
}
