package io.pharos.promql.function;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;

/** irate and idelta of numbers with start times and of histograms. */
final class SampleInstantRate implements RangeFunction {
    private final boolean counter;

    SampleInstantRate(boolean counter) {
        this.counter = counter;
    }

    @Override
    public double at(RangeWindow window) {
        int last = window.to - 1;
        if (last <= window.from) {
            return Absent.VALUE;
        }
        double seconds = counter ? (window.times[last] - window.times[last - 1]) / 1000.0 : 1;
        if (counter && window.startsInside(last)) {
            window.notes.startTimesOverlap();
        }
        Histogram after = window.histogram(last);
        Histogram before = window.histogram(last - 1);
        if (after == null && before == null) {
            double value = window.values[last];
            double old = window.values[last - 1];
            boolean reset = counter && (value < old || window.startsAnew(last));
            return (reset ? value : value - old) / seconds;
        }
        if (after == null || before == null) {
            window.notes.floatsAndHistograms();
            return Absent.VALUE;
        }
        tellHints(window, before, after);
        boolean reset = counter && SampleRate.isReset(window, last);
        if (!reset && after.isCustom() != before.isCustom()) {
            window.notes.exponentialAndCustom();
            return Absent.VALUE;
        }
        HistogramSum change = new HistogramSum(after);
        if (!reset && change.subtract(before)) {
            window.notes.boundsReconciled(RangeNotes.Operation.SUBTRACTION);
        }
        Histogram result = change.result().withHint(CounterResetHint.GAUGE);
        window.result = counter ? result.dividedBy(seconds) : result;
        return Absent.VALUE;
    }

    private void tellHints(RangeWindow window, Histogram before, Histogram after) {
        boolean gaugeBefore = before.hint() == CounterResetHint.GAUGE;
        boolean gaugeAfter = after.hint() == CounterResetHint.GAUGE;
        if (counter && (gaugeBefore || gaugeAfter)) {
            window.notes.noCounter();
        } else if (!counter && !(gaugeBefore && gaugeAfter)) {
            window.notes.noGauge();
        }
    }
}
