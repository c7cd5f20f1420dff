package io.pharos.promql.query;

import io.pharos.timeseries.labels.Labels;
import java.util.List;

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

    /** One sample of an instant vector. */
    record VectorSample(Labels labels, long timestampMillis, double value) {}

    /** One series of a matrix: times ascending, as many values as times. The arrays are not copied: read only. */
    record MatrixSeries(Labels labels, long[] timestampsMillis, double[] values) {}
}
