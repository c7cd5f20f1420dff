package io.pharos.promql.function;

import io.pharos.timeseries.histogram.Histogram;

/** resets and changes of series with histograms or start times; from a number to a histogram is an event too. */
final class SampleEvents implements RangeFunction {
    private final CountingFunction.Event event;

    SampleEvents(CountingFunction.Event event) {
        this.event = event;
    }

    @Override
    public double at(RangeWindow window) {
        int events = 0;
        for (int i = window.from + 1; i < window.to; i++) {
            events += happens(window, i) ? 1 : 0;
        }
        return events;
    }

    private boolean happens(RangeWindow window, int position) {
        Histogram after = window.histogram(position);
        Histogram before = window.histogram(position - 1);
        boolean reset = event == CountingFunction.Event.RESET;
        if (reset && window.startsAnew(position) || (after == null) != (before == null)) {
            return true;
        }
        if (after == null || before == null) {
            double value = window.values[position];
            double old = window.values[position - 1];
            return reset ? value < old : value != old && !(Double.isNaN(value) && Double.isNaN(old));
        }
        return reset ? after.isResetAfter(before) : !after.isSameAs(before);
    }
}
