package io.pharos.promql.query;

import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of an expression. */
public sealed interface QueryValue {
    /** A number. */
    record Scalar(long timestampMillis, double value) implements QueryValue {}

    /** A string. */
    record Text(long timestampMillis, String value) implements QueryValue {}

    /** Samples of one time, in the order of the evaluation (sorted only by functions that sort). */
    record Vector(List<VectorSample> samples) implements QueryValue {}

    /** Series over time, sorted by labels. */
    record Matrix(List<MatrixSeries> series) implements QueryValue {}

    /** One sample of an instant vector; the value of a histogram is NaN. */
    record VectorSample(
            Labels labels,
            long timestampMillis,
            double value,
            @Nullable Histogram histogram) {
        /** A number. */
        public VectorSample(Labels labels, long timestampMillis, double value) {
            this(labels, timestampMillis, value, null);
        }
    }

    /**
     * One series of a matrix: times ascending, as many values as times. The arrays are not copied: read only.
     *
     * @param values the numbers; NaN where the sample is a histogram
     * @param histograms the histograms among the samples, null where one is a number; null where there is none at all
     */
    record MatrixSeries(
            Labels labels,
            long[] timestampsMillis,
            double[] values,
            @Nullable Histogram @Nullable [] histograms) {
        /** Numbers alone. */
        public MatrixSeries(Labels labels, long[] timestampsMillis, double[] values) {
            this(labels, timestampsMillis, values, null);
        }

        /** The histogram at a position, or null. */
        public @Nullable Histogram histogram(int position) {
            return histograms == null ? null : histograms[position];
        }
    }
}
