package io.pharos.promql.function;

import io.pharos.timeseries.histogram.CounterResetHint;
import io.pharos.timeseries.histogram.Histogram;
import io.pharos.timeseries.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/*
 * As ExtrapolatedRate, for series with histograms or start times. A counter whose first sample says that it counts since a time
 * inside the window has a zero there: the change begins at that zero, nothing is extrapolated to the left, and one sample is
 * enough. A sample that says it counts since after the one before it is a reset, whatever the values say.
 */
/** rate, increase and delta of numbers with start times and of histograms. */
final class SampleRate implements RangeFunction {
    private final boolean counter;
    private final boolean perSecond;

    SampleRate(boolean counter, boolean perSecond) {
        this.counter = counter;
        this.perSecond = perSecond;
    }

    @Override
    public double at(RangeWindow window) {
        int histograms = window.histogramCount();
        if (histograms > 0 && histograms < window.count()) {
            window.notes.floatsAndHistograms();
            return Absent.VALUE;
        }
        boolean zeroKnown = counter && isZeroInside(window);
        if (window.count() < 2 && !zeroKnown) {
            return Absent.VALUE;
        }
        if (counter) {
            tellOverlap(window);
        }
        if (histograms == 0) {
            double change = change(window, zeroKnown);
            return change * factor(window, zeroKnown, window.values[window.from], change);
        }
        Histogram change = histogramChange(window, zeroKnown);
        if (change != null) {
            Histogram first = window.histogram(window.from);
            double count = first == null ? 0 : first.count();
            window.result = change.times(factor(window, zeroKnown, count, change.count()));
        }
        return Absent.VALUE;
    }

    private static boolean isZeroInside(RangeWindow window) {
        long start = window.startTime(window.from);
        return start != 0 && start > window.startMillis;
    }

    private static void tellOverlap(RangeWindow window) {
        for (int i = window.from + 1; i < window.to; i++) {
            if (window.startsInside(i)) {
                window.notes.startTimesOverlap();
            }
        }
    }

    private double change(RangeWindow window, boolean zeroKnown) {
        double[] values = window.values;
        double change = values[window.to - 1] - (zeroKnown ? 0 : values[window.from]);
        for (int i = window.from + 1; counter && i < window.to; i++) {
            if (values[i] < values[i - 1] || window.startsAnew(i)) {
                change += values[i - 1];
            }
        }
        return change;
    }

    /** By what the change between samples is multiplied to get the change over the window, or its rate. */
    private double factor(RangeWindow window, boolean zeroKnown, double first, double change) {
        int last = window.to - 1;
        long begin = zeroKnown ? window.startTime(window.from) : window.times[window.from];
        double sampled = (window.times[last] - begin) / 1000.0;
        double toStart = 0;
        double toEnd = 0;
        if (window.count() > 1) {
            double spacing = (window.times[last] - window.times[window.from]) / 1000.0 / (last - window.from);
            if (!zeroKnown) {
                toStart = Stretch.toEdge((begin - window.startMillis) / 1000.0, spacing);
                toStart = counter ? Stretch.toZero(toStart, sampled, first, change) : toStart;
            }
            toEnd = Stretch.toEdge((window.endMillis - window.times[last]) / 1000.0, spacing);
        }
        return Stretch.factor(window, sampled, toStart, toEnd, perSecond);
    }

    private @Nullable Histogram histogramChange(RangeWindow window, boolean zeroKnown) {
        tellHints(window, counter);
        Histogram last = required(window, window.to - 1);
        // Before a reset right after it the first sample cancels out: it may then have any layout.
        boolean skipsFirst = counter && !zeroKnown && window.count() > 1 && isReset(window, window.from + 1);
        int from = window.from + (skipsFirst ? 1 : 0);
        for (int i = from; i < window.to; i++) {
            boolean looked = counter || i == from;
            if (looked && required(window, i).isCustom() != last.isCustom()) {
                window.notes.exponentialAndCustom();
                return null;
            }
        }
        HistogramSum change = new HistogramSum(last);
        if (!zeroKnown && !skipsFirst && change.subtract(required(window, window.from))) {
            window.notes.boundsReconciled(RangeNotes.Operation.SUBTRACTION);
        }
        for (int i = from + 1; counter && i < window.to; i++) {
            if (isReset(window, i) && change.add(required(window, i - 1))) {
                window.notes.boundsReconciled(RangeNotes.Operation.ADDITION);
            }
        }
        return change.result().withHint(CounterResetHint.GAUGE);
    }

    /** Says where histograms are no counters, or for gauges that those at the edges are none. */
    static void tellHints(RangeWindow window, boolean counter) {
        if (counter) {
            for (int i = window.from; i < window.to; i++) {
                if (required(window, i).hint() == CounterResetHint.GAUGE) {
                    window.notes.noCounter();
                    return;
                }
            }
        } else if (required(window, window.from).hint() != CounterResetHint.GAUGE
                || required(window, window.to - 1).hint() != CounterResetHint.GAUGE) {
            window.notes.noGauge();
        }
    }

    /** Whether counting began anew between a histogram and the one before it. */
    static boolean isReset(RangeWindow window, int position) {
        return window.startsAnew(position) || required(window, position).isResetAfter(required(window, position - 1));
    }

    /** The histogram at a position where there is one. */
    static Histogram required(RangeWindow window, int position) {
        Histogram histogram = window.histogram(position);
        if (histogram == null) {
            throw new IllegalStateException("no histogram at " + window.times[position]);
        }
        return histogram;
    }
}
