package io.pharos.promql.engine;

import io.pharos.promql.ast.Expr;
import io.pharos.promql.query.SeriesSource;
import io.pharos.timeseries.chunk.SampleIterator;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.StaleMarker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The samples of a range vector selector: each series is decoded once, from the start of its first window to the last end. */
final class SelectedRange implements RangeStream {
    private final Evaluation evaluation;
    private final SeriesSource.SeriesSet set;
    private final long afterMillis;
    private final long toMillis;
    private final boolean findsResets;
    private long[] times = new long[1024];
    private double[] values = new double[1024];
    private int count;
    private @Nullable Histogram[] histograms = new Histogram[0];
    private long[] startTimes = new long[0];
    private boolean hasHistograms;
    private boolean hasStartTimes;

    SelectedRange(Evaluation evaluation, Expr.VectorSelector selector, SelectorTimes at, long rangeMillis) {
        this(evaluation, selector, at.first() - rangeMillis, at.last());
    }

    /** Samples strictly after a time, up to another. */
    SelectedRange(Evaluation evaluation, Expr.VectorSelector selector, long afterMillis, long toMillis) {
        this.evaluation = evaluation;
        this.afterMillis = afterMillis;
        this.toMillis = toMillis;
        this.findsResets = evaluation.findsResets(selector);
        this.set = evaluation.source().select(selector.matchers(), afterMillis + 1, toMillis);
    }

    @Override
    public boolean next() {
        while (set.next()) {
            evaluation.addSeries();
            SampleIterator samples = set.samples();
            hasHistograms = samples.hasHistograms();
            hasStartTimes = samples.hasStartTimes() && evaluation.settings().startTimes();
            if (hasHistograms || hasStartTimes) {
                readAll(samples);
            } else {
                read(samples);
            }
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    private void read(SampleIterator samples) {
        int n = 0;
        int counted = 0;
        boolean more = true;
        while (more) {
            if (n == times.length) {
                evaluation.addSamples(n - counted);
                counted = n;
                times = Arrays.copyOf(times, 2 * n);
                values = Arrays.copyOf(values, 2 * n);
            }
            int end = n + samples.take(times, values, n, times.length);
            more = end > n;
            while (end > n && times[end - 1] > toMillis) {
                end--;
                more = false;
            }
            n = kept(n, end);
        }
        evaluation.addSamples(n - counted);
        count = n;
    }

    /** Moves what belongs to the range together, from a place on; returns the place after it. */
    private int kept(int from, int to) {
        int first = from;
        while (first < to && times[first] <= afterMillis) {
            first++;
        }
        int place = first;
        while (place < to && !StaleMarker.is(values[place])) {
            place++;
        }
        if (first > from) {
            System.arraycopy(times, first, times, from, place - first);
            System.arraycopy(values, first, values, from, place - first);
        }
        int end = from + place - first;
        for (; place < to; place++) {
            if (!StaleMarker.is(values[place])) {
                times[end] = times[place];
                values[end++] = values[place];
            }
        }
        return end;
    }

    private void readAll(SampleIterator samples) {
        int n = 0;
        Histogram before = null;
        while (samples.next()) {
            long time = samples.timestampMillis();
            double value = samples.value();
            Histogram histogram = hasHistograms ? samples.histogram() : null;
            if (histogram != null && findsResets) {
                Histogram found = ResetHints.found(histogram, before);
                before = histogram;
                histogram = found;
            }
            if (time > toMillis) {
                break;
            }
            if (time <= afterMillis || histogram == null && StaleMarker.is(value)) {
                continue;
            }
            if (n == times.length) {
                times = Arrays.copyOf(times, 2 * n);
                values = Arrays.copyOf(values, 2 * n);
            }
            if (histograms.length < times.length || startTimes.length < times.length) {
                histograms = Arrays.copyOf(histograms, times.length);
                startTimes = Arrays.copyOf(startTimes, times.length);
            }
            evaluation.addSamples(histogram == null ? 1 : Evaluation.weight(histogram));
            times[n] = time;
            values[n] = histogram == null ? value : Double.NaN;
            histograms[n] = histogram;
            startTimes[n++] = hasStartTimes ? samples.startMillis() : 0;
        }
        count = n;
    }

    @Override
    public @Nullable Histogram @Nullable [] histograms() {
        return hasHistograms ? histograms : null;
    }

    @Override
    public long @Nullable [] startTimes() {
        return hasStartTimes ? startTimes : null;
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
