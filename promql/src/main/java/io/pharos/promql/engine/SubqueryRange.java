package io.pharos.promql.engine;

import io.pharos.promql.function.Absent;
import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import org.jspecify.annotations.Nullable;

/** The values of an inner expression at the subquery's own steps, as samples. */
final class SubqueryRange implements RangeStream {
    private final SeriesStream inner;
    private final Steps steps;
    private final long[] times;
    private final double[] values;
    private Labels labels = Labels.EMPTY;
    private boolean dropName;
    private int count;
    private @Nullable Histogram @Nullable [] histograms;

    SubqueryRange(SeriesStream inner, Steps steps) {
        this.inner = inner;
        this.steps = steps;
        this.times = new long[steps.count()];
        this.values = new double[steps.count()];
    }

    /** The steps of a subquery: absolute multiples of its step, strictly after the first window's start. */
    static Steps steps(SelectorTimes at, long rangeMillis, long stepMillis) {
        long after = at.first() - rangeMillis;
        long first = Math.floorDiv(after, stepMillis) * stepMillis + stepMillis;
        long count = at.last() < first ? 0 : (at.last() - first) / stepMillis + 1;
        return new Steps(first, stepMillis, (int) Math.min(count, Integer.MAX_VALUE));
    }

    @Override
    public boolean next() {
        for (SeriesBlock block = inner.next(); block != null; block = inner.next()) {
            double[] found = block.values();
            histograms = block.histograms() == null ? null : new Histogram[found.length];
            int n = 0;
            for (int i = 0; i < found.length; i++) {
                if (!Absent.is(found[i])) {
                    times[n] = steps.time(i);
                    values[n++] = found[i];
                    continue;
                }
                Histogram histogram = block.histogram(i);
                if (histogram != null && histograms != null) {
                    times[n] = steps.time(i);
                    values[n] = Double.NaN;
                    histograms[n++] = unhinted(histogram);
                }
            }
            if (n > 0) {
                labels = block.labels();
                dropName = block.dropName();
                count = n;
                return true;
            }
        }
        return false;
    }

    /** Between the steps of a subquery there may be samples: a hint about the one before does not hold. */
    private static Histogram unhinted(Histogram histogram) {
        return histogram.hint() == CounterResetHint.GAUGE ? histogram : histogram.withHint(CounterResetHint.UNKNOWN);
    }

    @Override
    public Labels labels() {
        return labels;
    }

    @Override
    public boolean dropName() {
        return dropName;
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
    public @Nullable Histogram @Nullable [] histograms() {
        return histograms;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public void close() {
        inner.close();
    }
}
