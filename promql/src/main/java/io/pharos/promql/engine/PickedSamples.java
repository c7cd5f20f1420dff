package io.pharos.promql.engine;

import io.pharos.timeseries.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Some samples of a series, numbers and histograms alike: those of the steps that were taken. */
final class PickedSamples {
    private final SeriesBlock from;
    private final double[] values;
    private final @Nullable Histogram @Nullable [] histograms;
    private boolean any;

    /** None yet. */
    PickedSamples(SeriesBlock from) {
        this.from = from;
        this.values = SeriesBlock.absent(from.values().length);
        this.histograms = from.histograms() == null ? null : new Histogram[values.length];
    }

    void take(int step) {
        values[step] = from.values()[step];
        if (histograms != null) {
            histograms[step] = from.histogram(step);
        }
        any |= from.has(step);
    }

    /** Whether any step that was taken has a sample. */
    boolean any() {
        return any;
    }

    /** The series with these samples alone; called once, after the last was taken. */
    SeriesBlock block() {
        return new SeriesBlock(from.labels(), from.dropName(), values, histograms);
    }
}
