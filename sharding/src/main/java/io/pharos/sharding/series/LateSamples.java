package io.pharos.sharding.series;

import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Samples that came out of order, read from arrays that no longer change. */
final class LateSamples implements SampleIterator {
    private static final double[] NO_VALUES = {};

    private final long[] times;
    private final double[] values;
    private final Histogram @Nullable [] histograms;
    private int at = -1;

    private LateSamples(long[] times, double[] values, Histogram @Nullable [] histograms) {
        this.times = times;
        this.values = values;
        this.histograms = histograms;
    }

    /** Numbers; a value a time, times ascending. */
    static SampleIterator numbers(long[] times, double[] values) {
        return new LateSamples(times, values, null);
    }

    /** Histograms; one a time, times ascending. */
    static SampleIterator histograms(long[] times, Histogram[] histograms) {
        return new LateSamples(times, NO_VALUES, histograms);
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
        return histograms == null ? values[at] : Double.NaN;
    }

    @Override
    public boolean hasHistograms() {
        return histograms != null;
    }

    @Override
    public @Nullable Histogram histogram() {
        return histograms == null ? null : histograms[at];
    }
}
