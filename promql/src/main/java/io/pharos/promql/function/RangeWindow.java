package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The samples of one window: positions in arrays, the end exclusive, and the times it spans. Filled anew for each step. */
public final class RangeWindow {
    /** Times of all samples of the series, ascending, in milliseconds. */
    public long[] times = new long[0];
    /** Values of all samples of the series. */
    public double[] values = new double[0];
    /** The first sample of the window. */
    public int from;
    /** One after the last sample of the window. */
    public int to;
    /** Samples lie strictly after this. */
    public long startMillis;
    /** Samples lie at or before this. */
    public long endMillis;
    /** The time of the step, without offset and {@code @}. */
    public long stepMillis;
    /** The scalar argument at this step, NaN where there is none. */
    public double parameter;
    /** The second scalar argument at this step, NaN where there is none. */
    public double secondParameter;

    /** The histograms among the samples, null where a sample is a number; empty where the series has none at all. */
    public @Nullable Histogram[] histograms = NO_HISTOGRAMS;
    /** Since when each sample counts, 0 where that is not known; empty where the series does not say. */
    public long[] startTimes = NO_TIMES;
    /** The interval of the points at the window's start; 0 where there are raw samples. */
    public long startIntervalMillis;
    /** The interval of the points at the window's end; 0 where there are raw samples. */
    public long endIntervalMillis;
    /** As how many samples each counts; empty where each is one. */
    public long[] weights = NO_TIMES;
    /** Where the function puts its value when that is a histogram; its answer is then {@link Absent#VALUE}. */
    public @Nullable Histogram result;
    /** Where the function says what it noticed. */
    public RangeNotes notes = RangeNotes.SILENT;

    private static final @Nullable Histogram[] NO_HISTOGRAMS = {};
    private static final long[] NO_TIMES = {};

    /** The histogram at a position, or null where there is a number. */
    public @Nullable Histogram histogram(int position) {
        return histograms.length == 0 ? null : histograms[position];
    }

    /** As how many samples the one at a position counts. */
    public long weight(int position) {
        return weights.length == 0 ? 1 : weights[position];
    }

    /** How many of the samples are histograms. */
    public int histogramCount() {
        if (histograms.length == 0) {
            return 0;
        }
        int found = 0;
        for (int i = from; i < to; i++) {
            found += histograms[i] == null ? 0 : 1;
        }
        return found;
    }

    /** Says that the series has no histograms and no start times. */
    public void plain() {
        histograms = NO_HISTOGRAMS;
        startTimes = NO_TIMES;
    }

    /** Since when the sample at a position counts, 0 where that is not known or cannot be. */
    public long startTime(int position) {
        long start = startTimes.length == 0 ? 0 : startTimes[position];
        return start < times[position] ? start : 0;
    }

    /**
     * Whether a sample says that it counts since after the sample before it, or since then where that one said too. One that
     * said nothing valid may have been of the same count, with its start not known.
     */
    public boolean startsAnew(int position) {
        long start = startTime(position);
        long before = times[position - 1];
        return start != 0 && (start > before || start == before && startTime(position - 1) != 0);
    }

    /** Whether a sample says that it counts since before the sample before it, though that one counted since another time. */
    public boolean startsInside(int position) {
        long start = startTimes.length == 0 ? 0 : startTimes[position];
        return start != 0 && start < times[position - 1] && start != startTimes[position - 1];
    }

    /** The number of samples. */
    public int count() {
        return to - from;
    }
}
