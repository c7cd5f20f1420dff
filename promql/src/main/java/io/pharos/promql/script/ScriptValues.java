package io.pharos.promql.script;

import io.pharos.promql.query.QueryValue;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramBuckets;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares values, as closely as sums in another order allow, and shows them. */
final class ScriptValues {
    private static final double TOLERANCE = 1e-6;

    private ScriptValues() {}

    /** Whether two numbers are the same but for rounding; NaN is, a stale marker is only itself. */
    static boolean same(double a, double b) {
        if (StaleMarker.is(a) || StaleMarker.is(b)) {
            return StaleMarker.is(a) && StaleMarker.is(b);
        }
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) && Double.isNaN(b);
        }
        return a == b || Math.abs(a - b) < TOLERANCE * (Math.abs(a) + Math.abs(b));
    }

    /** Whether a sample is the expected one. */
    static boolean same(MemorySource.Sample expected, double value, @Nullable Histogram histogram, boolean hints) {
        Histogram wanted = expected.histogram();
        if (wanted == null || histogram == null) {
            return wanted == null && histogram == null && same(expected.value(), value);
        }
        return (!hints || wanted.hint() == histogram.hint())
                && wanted.schema() == histogram.schema()
                && same(wanted.count(), histogram.count())
                && same(wanted.sum(), histogram.sum())
                && same(wanted.zeroCount(), histogram.zeroCount())
                && same(wanted.zeroThreshold(), histogram.zeroThreshold())
                && Arrays.equals(wanted.customBounds(), histogram.customBounds())
                && same(wanted.positive(), histogram.positive())
                && same(wanted.negative(), histogram.negative());
    }

    private static boolean same(HistogramBuckets a, HistogramBuckets b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.index(i) != b.index(i) || !same(a.count(i), b.count(i))) {
                return false;
            }
        }
        return true;
    }

    /** Samples as a script has them. */
    static String text(List<MemorySource.@Nullable Sample> samples) {
        StringBuilder out = new StringBuilder();
        for (MemorySource.Sample sample : samples) {
            out.append(out.length() == 0 ? "" : " ");
            out.append(sample == null ? "_" : text(sample.value(), sample.histogram()));
        }
        return out.toString();
    }

    private static String text(double value, @Nullable Histogram histogram) {
        return histogram != null
                ? HistogramNotation.text(histogram)
                : StaleMarker.is(value) ? "stale" : Double.toString(value);
    }

    /** A result, series by series. */
    static String text(QueryValue value) {
        StringBuilder out = new StringBuilder();
        if (value instanceof QueryValue.Vector vector) {
            for (QueryValue.VectorSample sample : vector.samples()) {
                out.append("\n        ").append(sample.labels()).append(' ');
                out.append(text(sample.value(), sample.histogram()));
            }
            return out.length() == 0 ? "nothing" : out.toString();
        }
        if (value instanceof QueryValue.Matrix matrix) {
            for (QueryValue.MatrixSeries series : matrix.series()) {
                out.append("\n        ").append(series.labels());
                for (int i = 0; i < series.values().length; i++) {
                    out.append(' ').append(text(series.values()[i], series.histogram(i)));
                    out.append(" @ ").append(series.timestampsMillis()[i] / 1000.0);
                }
            }
            return out.length() == 0 ? "nothing" : out.toString();
        }
        return value.toString();
    }
}
