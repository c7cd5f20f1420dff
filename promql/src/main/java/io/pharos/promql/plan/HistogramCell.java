package io.pharos.promql.plan;

import io.pharos.promql.ast.AggregateOperator;
import io.pharos.promql.engine.HistogramGroup;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.histogram.HistogramMean;
import org.jspecify.annotations.Nullable;

/**
 * A histogram at a step or sample of a partial result, or the state of a sum or mean of histograms.
 *
 * @param value the histogram; of a state the sums
 * @param rest of a state what additions rounded away, else null
 * @param state how many histograms came, negative where the state is a mean that moves; 0 of a plain histogram
 * @param noticed what {@link HistogramMean#noticed} said
 * @param broken whether histograms with exponential and with custom buckets came together
 */
public record HistogramCell(Histogram value, @Nullable Histogram rest, long state, int noticed, boolean broken) {
    private static final @Nullable HistogramCell[] NONE = {};
    private static final int BYTES_A_BUCKET = 15;
    private static final int BYTES_BESIDE = 64;

    /** Histograms at places; none where there is no array. */
    static @Nullable HistogramCell[] of(@Nullable Histogram @Nullable [] histograms) {
        if (histograms == null) {
            return NONE;
        }
        @Nullable HistogramCell[] cells = new HistogramCell[histograms.length];
        for (int i = 0; i < cells.length; i++) {
            Histogram histogram = histograms[i];
            cells[i] = histogram == null ? null : new HistogramCell(histogram, null, 0, 0, false);
        }
        return cells;
    }

    /** The histograms of cells; null where there are no cells. */
    static @Nullable Histogram @Nullable [] histograms(@Nullable HistogramCell[] cells) {
        if (cells.length == 0) {
            return null;
        }
        @Nullable Histogram[] histograms = new Histogram[cells.length];
        for (int i = 0; i < cells.length; i++) {
            HistogramCell cell = cells[i];
            histograms[i] = cell == null ? null : cell.value;
        }
        return histograms;
    }

    /** The states of a group; none where it has no histograms. */
    static @Nullable HistogramCell[] of(@Nullable HistogramGroup group, int steps) {
        if (group == null) {
            return NONE;
        }
        @Nullable HistogramCell[] cells = new HistogramCell[steps];
        for (int i = 0; i < steps; i++) {
            HistogramMean mean = group.mean(i);
            Histogram sums = mean == null ? null : mean.plain();
            if (mean != null && sums != null) {
                cells[i] =
                        new HistogramCell(sums, mean.compensation(), mean.state(), mean.noticed(), group.isBroken(i));
            }
        }
        return cells;
    }

    /** The group of states; null where there are none. */
    static @Nullable HistogramGroup group(AggregateOperator operator, @Nullable HistogramCell[] cells) {
        if (cells.length == 0) {
            return null;
        }
        HistogramGroup group = new HistogramGroup(operator, cells.length);
        boolean average = operator == AggregateOperator.AVG;
        for (int i = 0; i < cells.length; i++) {
            HistogramCell cell = cells[i];
            if (cell != null && cell.rest != null) {
                group.restore(
                        i, new HistogramMean(average, cell.value, cell.rest, cell.state, cell.noticed), cell.broken);
            }
        }
        return group;
    }

    /** The most bytes it takes in any form. */
    long bytesMax() {
        return bytesMax(value) + (rest == null ? 0 : bytesMax(rest));
    }

    private static long bytesMax(Histogram histogram) {
        HistogramBuckets positive = histogram.positive();
        long numbers = (long) positive.size() + histogram.negative().size() + histogram.customBounds().length;
        return BYTES_BESIDE + BYTES_A_BUCKET * numbers;
    }
}
