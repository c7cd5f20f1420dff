package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.Arrays;

/** The samples of a range vector selector: each series is decoded once, from the start of its first window to the last end. */
final class SelectedRange implements RangeStream {
    private final Evaluation evaluation;
    private final SeriesSource.SeriesSet set;
    private final long afterMillis;
    private final long toMillis;
    private long[] times = new long[128];
    private double[] values = new double[128];
    private int count;

    SelectedRange(Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at, long rangeMillis) {
        this.evaluation = evaluation;
        this.afterMillis = at.first() - rangeMillis;
        this.toMillis = at.last();
        this.set = evaluation.source().select(selector.matchers(), afterMillis + 1, toMillis);
    }

    @Override
    public boolean next() {
        while (set.next()) {
            evaluation.addSeries();
            read(set.samples());
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    private void read(SampleIterator samples) {
        int n = 0;
        int counted = 0;
        while (samples.next()) {
            long time = samples.timestampMillis();
            if (time <= afterMillis) {
                continue;
            }
            if (time > toMillis) {
                break;
            }
            double value = samples.value();
            if (StaleMarker.is(value)) {
                continue;
            }
            if (n == times.length) {
                evaluation.addSamples(n - counted);
                counted = n;
                times = Arrays.copyOf(times, 2 * n);
                values = Arrays.copyOf(values, 2 * n);
            }
            times[n] = time;
            values[n++] = value;
        }
        evaluation.addSamples(n - counted);
        count = n;
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
    public void close() {
        set.close();
    }
}
