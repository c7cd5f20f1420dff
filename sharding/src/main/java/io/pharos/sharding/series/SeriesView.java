package io.pharos.sharding.series;

import io.pharos.sharding.mask.SeriesMasks;
import io.pharos.timeseries.chunk.HeadChunk;
import io.pharos.timeseries.chunk.MergedIterator;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.EncodedHistogram;
import io.pharos.timeseries.histogram.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param histograms what is open of native histograms, or none
 */
public record SeriesView(
        HotChunk[] sealed,
        @Nullable HeadChunk head,
        long[] lateTimes,
        double[] lateValues,
        long hotFromMillis,
        @Nullable OpenHistograms histograms) {
    private static final HotChunk[] NO_CHUNKS = {};
    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    /** A series nobody has seen before: all it has is in memory. */
    public static final SeriesView NEW = new SeriesView(NO_CHUNKS, null, NO_TIMES, NO_VALUES, Long.MIN_VALUE, null);

    /** A series of which nothing is in memory and anything may be stored. */
    public static final SeriesView COLD = new SeriesView(NO_CHUNKS, null, NO_TIMES, NO_VALUES, Long.MAX_VALUE, null);

    /** A series that had no sample at or after a time; earlier ones may be stored. */
    public static SeriesView since(long millis) {
        return millis == Long.MIN_VALUE ? NEW : new SeriesView(NO_CHUNKS, null, NO_TIMES, NO_VALUES, millis, null);
    }

    /** Whether nothing waits to be sealed. */
    public boolean allSealed() {
        return (head == null || head.count() == 0) && lateTimes.length == 0 && histograms == null;
    }

    /** The time from which on the open chunks have samples; the largest long where nothing is open. */
    public long openFromMillis() {
        HeadChunk numbers = head;
        long from = numbers == null || numbers.count() == 0 ? Long.MAX_VALUE : numbers.firstTimestampMillis();
        OpenHistograms open = histograms;
        return open == null ? from : Math.min(from, open.openFromMillis());
    }

    /** Whether something that is not sealed has a time up to this one, inclusive. */
    public boolean hasOpenUntil(long millis) {
        OpenHistograms open = histograms;
        return openFromMillis() <= millis
                || lateTimes.length > 0 && lateTimes[0] <= millis
                || open != null && open.lateTimes().length > 0 && open.lateTimes()[0] <= millis;
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
        collect(fromMillis, toMillis, null, sources);
    }

    /**
     * The same without what deletions hide, which is sealed chunks only: what is open was admitted after them.
     *
     * @param masks those of this series, or null
     */
    public void collect(long fromMillis, long toMillis, @Nullable SeriesMasks masks, List<SampleIterator> sources) {
        for (HotChunk chunk : sealed) {
            if (chunk.endMillis() >= fromMillis && chunk.startMillis() <= toMillis) {
                SampleIterator seen = masks == null
                        ? chunk.samples(fromMillis, toMillis)
                        : masks.seen(
                                chunk.epoch(),
                                chunk.sequence(),
                                chunk.startMillis(),
                                chunk.endMillis(),
                                () -> chunk.samples(fromMillis, toMillis));
                if (seen != null) {
                    sources.add(seen);
                }
            }
        }
        HeadChunk open = head;
        if (open != null
                && open.count() > 0
                && open.firstTimestampMillis() <= toMillis
                && open.lastTimestampMillis() >= fromMillis) {
            sources.add(open.iterator(fromMillis, toMillis));
        }
        if (lateTimes.length > 0 && lateTimes[0] <= toMillis && lateTimes[lateTimes.length - 1] >= fromMillis) {
            sources.add(LateSamples.numbers(lateTimes, lateValues));
        }
        OpenHistograms openHistograms = histograms;
        if (openHistograms != null) {
            openHistograms.collect(fromMillis, toMillis, sources);
        }
    }

    /** Whether what is not sealed may have samples in a range, both ends inclusive. */
    public boolean hasOpenIn(long fromMillis, long toMillis) {
        List<SampleIterator> open = new ArrayList<>(4);
        new SeriesView(NO_CHUNKS, head, lateTimes, lateValues, 0, histograms).collect(fromMillis, toMillis, open);
        return !open.isEmpty();
    }

    /** Adds the open chunk of numbers and the late numbers. */
    void collectOpenNumbers(List<SampleIterator> sources) {
        new SeriesView(NO_CHUNKS, head, lateTimes, lateValues, 0, null)
                .collect(Long.MIN_VALUE, Long.MAX_VALUE, sources);
    }

    /** Whether what is not sealed has a sample at a time, a number or a histogram. */
    boolean hasOpen(long timeMillis) {
        List<SampleIterator> sources = new ArrayList<>(4);
        new SeriesView(NO_CHUNKS, head, lateTimes, lateValues, 0, histograms).collect(timeMillis, timeMillis, sources);
        for (SampleIterator samples : sources) {
            boolean more = samples.next();
            while (more && samples.timestampMillis() < timeMillis) {
                more = samples.next();
            }
            if (more && samples.timestampMillis() == timeMillis) {
                return true;
            }
        }
        return false;
    }

    /** Merges sources by time; of equal times the first source wins. */
    public static SampleIterator merged(List<SampleIterator> sources) {
        return switch (sources.size()) {
            case 0 -> SampleIterator.EMPTY;
            case 1 -> sources.get(0);
            default -> MergedIterator.of(sources);
        };
    }

    /** The bits of the sample at a time, of a histogram its mark, if memory has one. */
    public boolean find(long timeMillis, long[] bitsOut) {
        return find(timeMillis, null, bitsOut);
    }

    /** The same, where deletions hide something of this series. */
    boolean find(long timeMillis, @Nullable SeriesMasks masks, long[] bitsOut) {
        List<SampleIterator> sources = new ArrayList<>(sealed.length + 2);
        collect(timeMillis, timeMillis, masks, sources);
        SampleIterator samples = merged(sources);
        while (samples.next()) {
            if (samples.timestampMillis() >= timeMillis) {
                if (samples.timestampMillis() == timeMillis) {
                    Histogram histogram = samples.histogram();
                    bitsOut[0] = Double.doubleToRawLongBits(
                            histogram == null
                                    ? samples.value()
                                    : EncodedHistogram.of(histogram).mark());
                    return true;
                }
                return false;
            }
        }
        return false;
    }

    SeriesView withHead(@Nullable HeadChunk next, long hotFrom) {
        return new SeriesView(sealed, next, lateTimes, lateValues, hotFrom, histograms);
    }

    SeriesView withLate(long[] times, double[] values) {
        return new SeriesView(sealed, head, times, values, hotFromMillis, histograms);
    }

    SeriesView withHistograms(@Nullable OpenHistograms next, long hotFrom) {
        return new SeriesView(sealed, head, lateTimes, lateValues, hotFrom, next);
    }

    SeriesView withChunks(HotChunk[] next, long hotFrom) {
        return new SeriesView(next, head, lateTimes, lateValues, hotFrom, histograms);
    }

    /** Of the sealed chunks these more; nothing is open any more. */
    SeriesView allSealed(List<HotChunk> more) {
        return new SeriesView(withMore(more), null, NO_TIMES, NO_VALUES, hotFromMillis, null);
    }

    /** The sealed chunks and more. */
    HotChunk[] withMore(List<HotChunk> more) {
        HotChunk[] all = Arrays.copyOf(sealed, sealed.length + more.size());
        for (int i = 0; i < more.size(); i++) {
            all[sealed.length + i] = more.get(i);
        }
        return all;
    }
}
