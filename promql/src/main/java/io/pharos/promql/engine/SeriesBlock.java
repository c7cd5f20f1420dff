package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One series' samples at all steps: numbers, where {@link Absent#VALUE} marks a step without one, and where the series has any,
 * histograms. No step has both. Owned by who received it.
 */
public final class SeriesBlock {
    private final Labels labels;
    private final boolean dropName;
    private final double[] values;
    private final @Nullable Histogram @Nullable [] histograms;

    /**
     * A block that takes the array over.
     *
     * @param dropName whether the metric's name goes when the query ends (with delayed name removal only)
     */
    public SeriesBlock(Labels labels, boolean dropName, double[] values) {
        this(labels, dropName, values, null);
    }

    /** A block that takes both arrays over; the second counts for nothing where no step has a histogram. */
    public SeriesBlock(Labels labels, boolean dropName, double[] values, @Nullable Histogram @Nullable [] histograms) {
        this.labels = labels;
        this.dropName = dropName;
        this.values = values;
        this.histograms = histograms != null && anyHistogram(histograms) ? histograms : null;
    }

    public Labels labels() {
        return labels;
    }

    public boolean dropName() {
        return dropName;
    }

    /** The values, one a step; not a copy. */
    public double[] values() {
        return values;
    }

    /**
     * The histograms, one a step and null where there is none, or null where no step has one. Not a copy: one may be replaced by
     * another, but not taken out.
     */
    public @Nullable Histogram @Nullable [] histograms() {
        return histograms;
    }

    /** The histogram of a step, or null. */
    public @Nullable Histogram histogram(int step) {
        return histograms == null ? null : histograms[step];
    }

    /** Whether a step has a sample of either kind. */
    public boolean has(int step) {
        return !Absent.is(values[step]) || histograms != null && histograms[step] != null;
    }

    /** The numbers alone. */
    public SeriesBlock withoutHistograms() {
        return histograms == null ? this : new SeriesBlock(labels, dropName, values);
    }

    /** The same values under other labels; shares the arrays. */
    public SeriesBlock withLabels(Labels changed, boolean drop) {
        return new SeriesBlock(changed, drop, values, histograms);
    }

    /** Whether no step has a sample. */
    public boolean isEmpty() {
        for (double value : values) {
            if (!Absent.is(value)) {
                return false;
            }
        }
        return histograms == null;
    }

    private static boolean anyHistogram(@Nullable Histogram[] histograms) {
        for (Histogram histogram : histograms) {
            if (histogram != null) {
                return true;
            }
        }
        return false;
    }

    /** An array of steps without samples. */
    static double[] absent(int count) {
        double[] values = new double[count];
        Arrays.fill(values, Absent.VALUE);
        return values;
    }
}
