package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.HistogramHead;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The histograms of a series that are not sealed, beside its numbers: a series may change between both at any sample. Immutable
 * but for the head, which grows by its own published count.
 *
 * @param head the open chunk, or none
 * @param lateTimes times of those that came out of order, ascending
 * @param late these
 */
public record OpenHistograms(@Nullable HistogramHead head, long[] lateTimes, Histogram[] late) {
    private static final long[] NO_TIMES = {};
    private static final Histogram[] NO_HISTOGRAMS = {};

    /** No histogram. */
    public static final OpenHistograms NONE = new OpenHistograms(null, NO_TIMES, NO_HISTOGRAMS);

    /** Those of a head alone. */
    static OpenHistograms of(@Nullable HistogramHead head) {
        return new OpenHistograms(head, NO_TIMES, NO_HISTOGRAMS);
    }

    /** The same with one more that came out of order, at a time where there is none. */
    OpenHistograms withLate(long timeMillis, Histogram histogram) {
        int at = -Arrays.binarySearch(lateTimes, timeMillis) - 1;
        int count = lateTimes.length;
        long[] times = Arrays.copyOf(lateTimes, count + 1);
        Histogram[] histograms = Arrays.copyOf(late, count + 1);
        System.arraycopy(times, at, times, at + 1, count - at);
        System.arraycopy(histograms, at, histograms, at + 1, count - at);
        times[at] = timeMillis;
        histograms[at] = histogram;
        return new OpenHistograms(head, times, histograms);
    }

    /** The time of the head's first one; the largest long without a head. */
    long openFromMillis() {
        HistogramHead open = head;
        return open == null || open.count() == 0 ? Long.MAX_VALUE : open.firstTimestampMillis();
    }

    /** Adds an iterator for each part that may have samples in a range. */
    void collect(long fromMillis, long toMillis, List<SampleIterator> sources) {
        HistogramHead open = head;
        if (open != null
                && open.count() > 0
                && open.firstTimestampMillis() <= toMillis
                && open.lastTimestampMillis() >= fromMillis) {
            sources.add(open.iterator());
        }
        collectLate(fromMillis, toMillis, sources);
    }

    void collectLate(long fromMillis, long toMillis, List<SampleIterator> sources) {
        if (late.length > 0 && lateTimes[0] <= toMillis && lateTimes[late.length - 1] >= fromMillis) {
            sources.add(LateSamples.histograms(lateTimes, late));
        }
    }

    /** Bytes this holds in memory, roughly. */
    int memoryBytes() {
        HistogramHead open = head;
        return open == null ? 0 : open.memoryBytes();
    }
}
