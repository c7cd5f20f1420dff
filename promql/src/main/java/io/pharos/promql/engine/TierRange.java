package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.SeriesSource;
import io.pharos.promql.query.TierRead;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.rollup.RollupColumn;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A column of roll-ups over a stretch of time, without stale markers: points, then raw samples. */
final class TierRange implements RangeStream {
    private final Evaluation evaluation;
    private final SeriesSource.SeriesSet set;
    private final TierNotes notes;
    private final long afterMillis;
    private final long toMillis;
    private final boolean weighted;
    private final boolean findsResets;
    private long[] times = new long[256];
    private double[] values = new double[256];
    private long[] weights = new long[0];
    private @Nullable Histogram[] histograms = new Histogram[0];
    private boolean anyHistogram;
    private int count;

    /** Points and samples strictly after a time, up to another. */
    TierRange(Evaluation evaluation, Expr.VectorSelector selector, TierRead read, long afterMillis, long toMillis) {
        this.evaluation = evaluation;
        this.afterMillis = afterMillis;
        this.toMillis = toMillis;
        this.weighted = read.column() == RollupColumn.SUM;
        this.findsResets = evaluation.findsResets(selector);
        this.set = evaluation.source().select(selector.matchers(), afterMillis + 1, toMillis, read);
        this.notes =
                new TierNotes(evaluation.annotations(), read.stretches(), afterMillis + 1, toMillis, selector.span());
    }

    @Override
    public boolean next() {
        while (set.next()) {
            evaluation.addSeries();
            read(set.samples());
            if (count > 0) {
                notes.tell();
                return true;
            }
        }
        return false;
    }

    private void read(SampleIterator samples) {
        boolean mayHaveHistograms = samples.hasHistograms();
        @Nullable Histogram before = null;
        anyHistogram = false;
        count = 0;
        while (samples.next()) {
            long time = samples.timestampMillis();
            if (time > toMillis) {
                break;
            }
            double value = samples.value();
            Histogram histogram = mayHaveHistograms ? samples.histogram() : null;
            if (histogram != null && findsResets) {
                Histogram found = ResetHints.found(histogram, before);
                before = histogram;
                histogram = found;
            }
            if (time <= afterMillis || histogram == null && StaleMarker.is(value)) {
                continue;
            }
            ensure(mayHaveHistograms);
            times[count] = time;
            values[count] = value;
            if (weighted) {
                weights[count] = samples.weight();
            }
            if (mayHaveHistograms) {
                histograms[count] = histogram;
                anyHistogram |= histogram != null;
            }
            count++;
            evaluation.addSamples(histogram == null ? 1 : Evaluation.weight(histogram));
        }
    }

    private void ensure(boolean mayHaveHistograms) {
        if (count == times.length) {
            times = Arrays.copyOf(times, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        if (weighted && weights.length < times.length) {
            weights = Arrays.copyOf(weights, times.length);
        }
        if (mayHaveHistograms && histograms.length < times.length) {
            histograms = Arrays.copyOf(histograms, times.length);
        }
    }

    @Override
    public Labels labels() {
        return set.labels();
    }

    @Override
    public boolean dropName() {
        return false;
    }

    @Override
    public long[] times() {
        return times;
    }

    @Override
    public double[] values() {
        return values;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public @Nullable Histogram @Nullable [] histograms() {
        return anyHistogram ? histograms : null;
    }

    @Override
    public long @Nullable [] weights() {
        return weighted ? weights : null;
    }

    @Override
    public void close() {
        set.close();
    }
}
